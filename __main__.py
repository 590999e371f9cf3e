"""The program: read the settings, install the platform's parts, export the outputs."""

from components.configuration import read_settings
from components.platforms import install

settings = read_settings()
install(settings).export()
