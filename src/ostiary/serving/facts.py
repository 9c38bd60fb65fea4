"""What the server that runs tells of itself to administrators; secrets stay where they are."""

from __future__ import annotations

from collections.abc import Iterator

from ostiary.serving.certificates import ServerCertificate
from ostiary.serving.declaring import shown
from ostiary.serving.settings import ServerSettings, declared, value_of
from ostiary.serving.settings_reading import DEFAULT
from ostiary.signin.server_facts import CertificateFact, ServerFacts, SettingFact


def server_facts(settings: ServerSettings, certificate: ServerCertificate | None) -> ServerFacts:
    """Give what is in force, and where it is from."""
    alerts = settings.alerts
    return ServerFacts(
        tuple(_settings(settings)),
        _certificate(settings, certificate) if certificate else None,
        settings.emergency_access.drill_days,
        alerts.webhook_url is not None,
        alerts.smtp_to if alerts.smtp_host else (),
    )


def _settings(settings: ServerSettings) -> Iterator[SettingFact]:
    for each in declared():
        value = value_of(settings, each.name)
        hidden = each.kind.secret and value is not None
        yield SettingFact(
            each.name,
            None if hidden else shown(each, value),
            settings.origins.get(each.name, DEFAULT),
            each.variable,
            each.meaning,
        )


def _certificate(settings: ServerSettings, found: ServerCertificate) -> CertificateFact:
    return CertificateFact(found.names, found.ends, settings.tls.certificate is None)
