"""A SAML provider: its metadata, and responses that it signs. The XML is written in its canonical form, so that what is
digested is what stands there."""

import base64
import datetime
import hashlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
SAMLP = "urn:oasis:names:tc:SAML:2.0:protocol"
DS = "http://www.w3.org/2000/09/xmldsig#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/"
RECIPIENT = "https://signin.aws.amazon.com/saml"


def at(seconds: float = 0) -> str:
    now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")


def attribute(name: str, *values: str) -> str:
    inner = "".join(f"<saml:AttributeValue>{value}</saml:AttributeValue>" for value in values)
    return f'<saml:Attribute Name="{name}">{inner}</saml:Attribute>'


class Provider:
    def __init__(self, entity: str = "https://idp.example.com/saml"):
        self.entity = entity
        self.key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "idp")])
        now = datetime.datetime.now(datetime.timezone.utc)
        self.certificate = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(self.key.public_key())
                            .serial_number(1).not_valid_before(now - datetime.timedelta(days=1))
                            .not_valid_after(now + datetime.timedelta(days=365)).sign(self.key, hashes.SHA256()))

    @property
    def certificate_text(self) -> str:
        return base64.b64encode(self.certificate.public_bytes(serialization.Encoding.DER)).decode()

    def metadata(self, **changes) -> str:
        extra = "".join(f' {name}="{value}"' for name, value in changes.items())
        return (f'<?xml version="1.0"?><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{self.entity}"{extra}>'
                f'<md:IDPSSODescriptor protocolSupportEnumeration="{SAMLP}"><md:KeyDescriptor use="signing">'
                f'<ds:KeyInfo xmlns:ds="{DS}"><ds:X509Data><ds:X509Certificate>\n{self.certificate_text}\n</ds:X509Certificate>'
                f'</ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService '
                f'Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{self.entity}"/>'
                f'</md:IDPSSODescriptor></md:EntityDescriptor>')

    def signature(self, signed: str, of: str, key_info: str = "", method: str = RSA_SHA256) -> str:
        digest = base64.b64encode(hashlib.sha256(signed.encode()).digest()).decode()
        info = (f'<ds:SignedInfo xmlns:ds="{DS}"><ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"></ds:CanonicalizationMethod>'
                f'<ds:SignatureMethod Algorithm="{method}"></ds:SignatureMethod><ds:Reference URI="#{of}"><ds:Transforms>'
                f'<ds:Transform Algorithm="{ENVELOPED}"></ds:Transform><ds:Transform Algorithm="{EXCLUSIVE}"></ds:Transform>'
                f'</ds:Transforms><ds:DigestMethod Algorithm="{SHA256}"></ds:DigestMethod><ds:DigestValue>{digest}</ds:DigestValue>'
                f'</ds:Reference></ds:SignedInfo>')
        value = base64.b64encode(self.key.sign(info.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()
        inside = info.replace(f' xmlns:ds="{DS}"', "", 1)  # its parent says it: canonical in the whole too
        return f'<ds:Signature xmlns:ds="{DS}">{inside}<ds:SignatureValue>{value}</ds:SignatureValue>{key_info}</ds:Signature>'

    def assertion(self, role: str, provider: str, sign: bool = True, **changes) -> str:
        said = {"id": "_a1", "issuer": self.entity, "subject": "ann", "format": "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
                "recipient": RECIPIENT, "confirmed_until": at(300), "issued": at(), "not_before": at(-60), "until": at(300),
                "audience": "urn:amazon:webservices", "session": "ann@example.com", "more": "", "conditions": "", "key_info": "", "session_until": "",
                **changes}
        roles = attribute(ATTRIBUTES + "Role", f"{role},{provider}")
        name = attribute(ATTRIBUTES + "RoleSessionName", said["session"]) if said["session"] else ""
        ends = f' SessionNotOnOrAfter="{said["session_until"]}"' if said["session_until"] else ""
        head = (f'<saml:Assertion xmlns:saml="{SAML}" ID="{said["id"]}" IssueInstant="{said["issued"]}" Version="2.0">'
                f'<saml:Issuer>{said["issuer"]}</saml:Issuer>')
        tail = (f'<saml:Subject><saml:NameID Format="{said["format"]}">{said["subject"]}</saml:NameID>'
                f'<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData '
                f'NotOnOrAfter="{said["confirmed_until"]}" Recipient="{said["recipient"]}"></saml:SubjectConfirmationData>'
                f'</saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{said["not_before"]}" '
                f'NotOnOrAfter="{said["until"]}"><saml:AudienceRestriction><saml:Audience>{said["audience"]}</saml:Audience>'
                f'</saml:AudienceRestriction>{said["conditions"]}</saml:Conditions><saml:AuthnStatement AuthnInstant="{said["issued"]}"{ends}>'
                f'</saml:AuthnStatement><saml:AttributeStatement>{roles}{name}{said["more"]}</saml:AttributeStatement></saml:Assertion>')
        return head + (self.signature(head + tail, said["id"], said["key_info"]) if sign else "") + tail

    def response(self, *assertions: str, sign: bool = False, status: str = "Success", before: str = "") -> str:
        """In base64; `before` stands before the assertions."""
        head = f'<samlp:Response xmlns:samlp="{SAMLP}" ID="_r1" IssueInstant="{at()}" Version="2.0">'
        tail = (f'<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:{status}"></samlp:StatusCode></samlp:Status>'
                + before + "".join(assertions) + "</samlp:Response>")
        whole = head + (self.signature(head + tail, "_r1") if sign else "") + tail
        return base64.b64encode(whole.encode()).decode()
