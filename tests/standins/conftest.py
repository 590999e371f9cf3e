# A provider stand-in loads the SDK's generated messages without the SDK, unless that is loaded
# already. Tests of both share this process, so the SDK has to come first.
import pulumi as _pulumi  # noqa: F401
