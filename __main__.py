"""The program: read the settings, install the platform's parts, export the outputs."""

import pulumi

from components.configuration import read_settings
from components.deployed import OUTPUT, deployed_output
from components.platforms import install

settings = read_settings()
install(settings).export()
pulumi.export(OUTPUT, deployed_output(settings))
