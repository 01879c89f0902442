// XML signatures by xmlsec, over documents that expat has read before: no document type, bounded in
// depth and number of elements. Keys come from the provider's record alone, never from the
// document.
#include "identity/saml_module.hpp"

#include "identity/freed.hpp"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>
#include <xmlsec/buffer.h>
#include <xmlsec/errors.h>
#include <xmlsec/io.h>
#include <xmlsec/openssl/app.h>
#include <xmlsec/openssl/crypto.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlsec.h>
#include <xmlsec/xmltree.h>

#include <cstring>
#include <memory>
#include <stdexcept>

namespace millrace::identity {
namespace {

using Document = std::unique_ptr<xmlDoc, Freed<xmlFreeDoc>>;
using Context = std::unique_ptr<xmlSecDSigCtx, Freed<xmlSecDSigCtxDestroy>>;

struct Fault : std::runtime_error {
  using std::runtime_error::runtime_error;
};

const xmlChar* xml(const char* text) { return reinterpret_cast<const xmlChar*>(text); }

constexpr const char* protocol_space = "urn:oasis:names:tc:SAML:2.0:protocol";
constexpr const char* assertion_space = "urn:oasis:names:tc:SAML:2.0:assertion";
constexpr const char* signature_space = "http://www.w3.org/2000/09/xmldsig#";

void ignore_xmlsec(const char*, int, const char*, const char*, const char*, int, const char*) {}
void ignore_libxml(void*, const char*, ...) {}  // NOLINT(cert-dcl50-cpp): libxml2's own form

// Nothing is read but the document itself.
bool start_libraries() {
  xmlInitParser();
  xmlSetGenericErrorFunc(nullptr, &ignore_libxml);
  xmlSecErrorsSetCallback(&ignore_xmlsec);
  const bool started =
      xmlSecInit() >= 0 && xmlSecOpenSSLAppInit(nullptr) >= 0 && xmlSecOpenSSLInit() >= 0;
  xmlSecIOCleanupCallbacks();
  return started;
}

bool is_element(const xmlNode* node, const char* name, const char* space) {
  return node != nullptr && node->type == XML_ELEMENT_NODE && node->ns != nullptr &&
         xmlStrEqual(node->name, xml(name)) != 0 && xmlStrEqual(node->ns->href, xml(space)) != 0;
}

std::vector<xmlNode*> children(xmlNode* parent, const char* name, const char* space) {
  std::vector<xmlNode*> found;
  for (xmlNode* node = parent->children; node != nullptr; node = node->next) {
    if (is_element(node, name, space)) found.push_back(node);
  }
  return found;
}

template <class Visit>
void each_element(xmlNode* node, const Visit& visit) {
  for (; node != nullptr; node = node->next) {
    if (node->type != XML_ELEMENT_NODE) continue;
    visit(node);
    each_element(node->children, visit);
  }
}

std::string attribute(const xmlNode* node, const char* name) {
  const std::unique_ptr<xmlChar, decltype(xmlFree)> value(xmlGetNoNsProp(node, xml(name)), xmlFree);
  return value ? reinterpret_cast<const char*>(value.get()) : "";
}

// --- the shape of the document

// Just one assertion, where it belongs. Whatever else is called so is there to deceive.
xmlNode* only_assertion(xmlNode* response) {
  std::size_t count = 0;
  each_element(response, [&count](const xmlNode* node) {
    const auto* name = reinterpret_cast<const char*>(node->name);
    if (std::strcmp(name, "Assertion") == 0 || std::strcmp(name, "EncryptedAssertion") == 0)
      ++count;
  });
  const auto found = children(response, "Assertion", assertion_space);
  if (count != 1 || found.size() != 1) throw Fault("the response does not hold one assertion");
  return found.front();
}

// The id of what a signature stands in, which no other element has under any spelling.
std::string own_id(xmlDoc* document, xmlNode* holder) {
  const std::string id = attribute(holder, "ID");
  std::size_t count = 0;
  each_element(xmlDocGetRootElement(document), [&](const xmlNode* node) {
    for (const char* name : {"ID", "Id", "id"}) {
      if (attribute(node, name) == id) ++count;
    }
  });
  if (id.empty() || count != 1) throw Fault("an id is missing or not unique");
  return id;
}

xmlNode* only_child(xmlNode* parent, const char* name) {
  const auto found = children(parent, name, signature_space);
  if (found.size() != 1) throw Fault("the signature is not well-formed");
  return found.front();
}

// One reference, to what the signature stands in.
void check_reference(xmlNode* signature, const std::string& id) {
  xmlNode* reference = only_child(only_child(signature, "SignedInfo"), "Reference");
  if (attribute(reference, "URI") != "#" + id) throw Fault("the signature is of something else");
}

// --- verifying

constexpr auto xml_transforms = {&xmlSecTransformEnvelopedGetKlass,
                                 &xmlSecTransformExclC14NGetKlass,
                                 &xmlSecTransformExclC14NWithCommentsGetKlass};

void allow_digests(xmlSecDSigCtx* context) {
  for (const auto digest :
       {xmlSecOpenSSLTransformSha256GetKlass(), xmlSecOpenSSLTransformSha384GetKlass(),
        xmlSecOpenSSLTransformSha512GetKlass()}) {
    xmlSecDSigCtxEnableReferenceTransform(context, digest);
  }
}

void allow_signatures(xmlSecDSigCtx* context) {
  for (const auto kind :
       {xmlSecOpenSSLTransformRsaSha256GetKlass(), xmlSecOpenSSLTransformRsaSha384GetKlass(),
        xmlSecOpenSSLTransformRsaSha512GetKlass(), xmlSecOpenSSLTransformEcdsaSha256GetKlass(),
        xmlSecOpenSSLTransformEcdsaSha384GetKlass(), xmlSecOpenSSLTransformEcdsaSha512GetKlass(),
        xmlSecTransformExclC14NGetKlass(), xmlSecTransformExclC14NWithCommentsGetKlass()}) {
    xmlSecDSigCtxEnableSignatureTransform(context, kind);
  }
}

Context context_of(const std::string& certificate) {
  Context context(xmlSecDSigCtxCreate(nullptr));
  if (!context) throw std::bad_alloc();
  context->enabledReferenceUris = xmlSecTransformUriTypeSameDocument;
  for (const auto transform : xml_transforms)
    xmlSecDSigCtxEnableReferenceTransform(context.get(), transform());
  allow_digests(context.get());
  allow_signatures(context.get());
  context->signKey =
      xmlSecOpenSSLAppKeyLoadMemory(reinterpret_cast<const xmlSecByte*>(certificate.data()),
                                    static_cast<xmlSecSize>(certificate.size()),
                                    xmlSecKeyDataFormatCertDer, nullptr, nullptr, nullptr);
  return context;
}

bool verifies(xmlNode* signature, const std::string& certificate) {
  const Context context = context_of(certificate);
  if (context->signKey == nullptr) return false;
  return xmlSecDSigCtxVerify(context.get(), signature) >= 0 &&
         context->status == xmlSecDSigStatusSucceeded &&
         xmlSecPtrListGetSize(&context->signedInfoReferences) == 1;
}

// Whether the element has a signature; throws where it has one that does not hold.
bool is_signed(xmlDoc* document, xmlNode* holder, const std::vector<std::string>& certificates) {
  const auto signatures = children(holder, "Signature", signature_space);
  if (signatures.empty()) return false;
  if (signatures.size() > 1) throw Fault("there is more than one signature");
  const std::string id = own_id(document, holder);
  check_reference(signatures.front(), id);
  xmlAttr* const attribute_node = xmlHasProp(holder, xml("ID"));
  if (xmlGetID(document, xml(id.c_str())) == nullptr)
    xmlAddID(nullptr, document, xml(id.c_str()), attribute_node);
  for (const std::string& certificate : certificates) {
    if (verifies(signatures.front(), certificate)) return true;
  }
  throw Fault("a signature does not verify");
}

// What is left without the signature is what was signed.
std::string text_of(xmlNode* assertion) {
  for (xmlNode* signature : children(assertion, "Signature", signature_space)) {
    xmlUnlinkNode(signature);
    xmlFreeNode(signature);
  }
  const Document alone(xmlNewDoc(xml("1.0")));
  xmlNode* const copy = xmlDocCopyNode(assertion, alone.get(), 1);
  if (copy == nullptr) throw std::bad_alloc();
  xmlDocSetRootElement(alone.get(), copy);
  xmlChar* text = nullptr;
  int size = 0;
  xmlDocDumpMemoryEnc(alone.get(), &text, &size, "UTF-8");
  const std::unique_ptr<xmlChar, decltype(xmlFree)> held(text, xmlFree);
  return {reinterpret_cast<const char*>(text), static_cast<std::size_t>(size)};
}

std::string verified(std::string_view response, const std::vector<std::string>& certificates) {
  const Document document(xmlReadMemory(response.data(), static_cast<int>(response.size()), nullptr,
                                        nullptr,
                                        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING));
  if (!document || document->intSubset != nullptr) throw Fault("the response is not in XML");
  xmlNode* const root = xmlDocGetRootElement(document.get());
  if (!is_element(root, "Response", protocol_space)) throw Fault("the document is no response");
  xmlNode* const assertion = only_assertion(root);
  const bool whole = is_signed(document.get(), root, certificates);
  const bool part = is_signed(document.get(), assertion, certificates);
  if (!whole && !part) throw Fault("nothing is signed");
  return text_of(assertion);
}

}  // namespace

void verify_saml_response(std::string_view response, const std::vector<std::string>& certificates,
                          SamlVerdict& verdict) {
  static const bool started = start_libraries();
  try {
    if (!started) throw Fault("xmlsec does not start");
    verdict.assertion = verified(response, certificates);
  } catch (const std::exception& fault) {
    verdict.fault = fault.what();
  }
}

}  // namespace millrace::identity
