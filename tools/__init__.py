"""What runs beside Pulumi: tool chain, embedded cluster, stand-ins for plug-ins."""
