"""The program: read the settings, install the platform's parts, export the outputs."""

from components.configuration import read_settings
from components.platforms import PLATFORMS

settings = read_settings()
PLATFORMS[settings.platform](settings).export()
