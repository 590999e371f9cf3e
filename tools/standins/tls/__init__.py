"""Pulumi's tls plug-in, for places where the official one can't be had.

It makes keys, requests and certificates with `cryptography`, and plans renewals as the official one
does (pulumi-tls 5, which wraps terraform-provider-tls 4).

Known differences: no functions (`getCertificate`, `getPublicKey`), no write-only keys
(`privateKeyPemWo`), no import; times are in UTC with microseconds; a country that hasn't two
letters, and a common name of more than 64, are refused.
"""
