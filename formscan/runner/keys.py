"""The keys of a cluster: whoever holds them belongs to it, nobody else gets a word in."""

from __future__ import annotations

import datetime as dt
import ipaddress
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from formscan.errors import SettingsError, told

__all__ = ["TLS_FILES", "make_keys", "require_keys", "require_safe"]

TLS_FILES = ("ca.pem", "cert.pem", "key.pem")
"""What a folder for ``--tls`` holds: who is trusted, who this computer is, and its key."""
_DAYS = 397


def make_keys(folder: Path, now: dt.datetime) -> dt.date:
    """Write the keys of a new cluster: one certificate that signs itself, for all computers.

    Returns:
        The last day on which they hold.

    Raises:
        SettingsError: There are keys already, or the folder cannot be written.
    """
    if any((folder / name).exists() for name in TLS_FILES):
        raise SettingsError(told("cluster.keys_there", folder=folder))
    until = now + dt.timedelta(days=_DAYS)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _signed(key, now, until).public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, text in zip(TLS_FILES, (certificate, certificate, secret), strict=True):
            (folder / name).touch(mode=0o600)
            (folder / name).write_bytes(text)
    except OSError as error:
        raise SettingsError(
            told("cluster.keys_refused", folder=folder, why=error.strerror)
        ) from error
    return until.date()


def require_keys(folder: Path) -> tuple[str, str, str]:
    """Paths of certificate of trust, own certificate and own key.

    Raises:
        SettingsError: One of the files is not there.
    """
    absent = [name for name in TLS_FILES if not (folder / name).is_file()]
    if absent:
        raise SettingsError(told("cluster.key_files", folder=folder, absent=", ".join(absent)))
    trust, own, key = (str(folder / name) for name in TLS_FILES)
    return trust, own, key


def require_safe(address: str, tls: Path | None) -> None:
    """Refuse to speak unencrypted to another computer: whoever reaches a scheduler runs code.

    Raises:
        SettingsError: The address is none, or must not be spoken to like this.
    """
    parts = urlsplit(address)
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if parts.scheme not in ("tcp", "tls") or not host or not port:
        raise SettingsError(told("cluster.address", address=address))
    if parts.scheme == "tcp" and not _is_here(host):
        raise SettingsError(told("cluster.unsafe", address=address, host=host, port=port))
    if parts.scheme == "tls" and tls is None:
        raise SettingsError(told("cluster.no_keys", address=address))


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _signed(
    key: ec.EllipticCurvePrivateKey, now: dt.datetime, until: dt.datetime
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "formscan cluster")])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
