"""OpenShift's own monitoring: how it is switched on, configured and queried."""
