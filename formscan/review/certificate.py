"""A certificate for the review page in an office network that has no authority of its own."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
from dataclasses import dataclass
from pathlib import Path

import platformdirs
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from formscan.errors import SettingsError, told

__all__ = ["Certificate", "make_certificate", "read_certificate"]

_DAYS = 397


@dataclass(frozen=True, slots=True)
class Certificate:
    """Who this computer says it is.

    Attributes:
        file: PEM, the certificate first.
        key_file: PEM of its key, without a password.
        names: Names and addresses that it speaks for.
        fingerprint: sha256, as browsers show it.
    """

    file: Path
    key_file: Path
    names: tuple[str, ...]
    fingerprint: str
    until: dt.datetime


def read_certificate(file: Path, key_file: Path) -> Certificate:
    """A certificate of somebody else's making.

    Raises:
        SettingsError: One of both files cannot be used, or it speaks for no name.
    """
    try:
        found = x509.load_pem_x509_certificate(file.read_bytes())
        serialization.load_pem_private_key(key_file.read_bytes(), None)
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, TypeError, x509.ExtensionNotFound) as error:
        raise SettingsError(told("review.bad_cert", file=file, why=error)) from error
    said = [*names.get_values_for_type(x509.DNSName)]
    said += [str(one) for one in names.get_values_for_type(x509.IPAddress)]
    fingerprint = found.fingerprint(hashes.SHA256()).hex(":").upper()
    return Certificate(file, key_file, tuple(said), fingerprint, found.not_valid_after_utc)


def make_certificate(address: str, now: dt.datetime, folder: Path | None = None) -> Certificate:
    """A certificate signed by itself, for this computer's names and ``address``; made once.

    Args:
        address: At which the page listens.
        now: A certificate that ends within a week of it is made anew.
        folder: Where it is kept; None is the user's data folder.
    """
    folder = folder or platformdirs.user_data_path("formscan", appauthor=False) / "tls"
    file, key_file = folder / "cert.pem", folder / "key.pem"
    if file.is_file() and key_file.is_file():
        kept = read_certificate(file, key_file)
        if {*_names(address)} <= {*kept.names} and kept.until > now + dt.timedelta(days=7):
            return kept
    key = ec.generate_private_key(ec.SECP256R1())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        key_file.touch(mode=0o600)
        key_file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        file.write_bytes(_signed(key, _names(address), now))
    except OSError as error:
        raise SettingsError(told("review.bad_cert", file=file, why=error.strerror)) from error
    return read_certificate(file, key_file)


def _signed(key: ec.EllipticCurvePrivateKey, names: tuple[str, ...], now: dt.datetime) -> bytes:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"formscan {names[0]}"[:64])])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=_DAYS))
        .add_extension(x509.SubjectAlternativeName([_general(one) for one in names]), False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _names(address: str) -> tuple[str, ...]:
    """What a browser may call this computer; every address of its own where all are listened at."""
    host = socket.gethostname()
    own = [address]
    if address in ("0.0.0.0", "::"):  # noqa: S104 - compared, not listened at
        try:
            own = [str(found[4][0]) for found in socket.getaddrinfo(host, None)]
        except OSError:
            own = []
    return tuple(dict.fromkeys([host, *own, "localhost", "127.0.0.1"]))
