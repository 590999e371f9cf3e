"""Programs that look to Prometheus like vLLM, SGLang, the Endpoint Picker and their neighbours."""
