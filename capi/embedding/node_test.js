// Our library in Node, whose executable exports the whole of OpenSSL: both work,
// before and after. Run with the path of the addon.
'use strict';
const assert = require('assert');
const crypto = require('crypto');
const os = require('os');

function useOpenSsl() {
  const {privateKey, publicKey} =
      crypto.generateKeyPairSync('ec', {namedCurve: 'P-256'});
  const signature = crypto.sign('sha256', Buffer.from('text'), privateKey);
  assert(crypto.verify('sha256', Buffer.from('text'), publicKey, signature));
  assert(process.versions.openssl.startsWith('3.'));
}

const addon = {exports: {}};
function call(operation, request) {
  return JSON.parse(addon.exports(operation, JSON.stringify(request)));
}

useOpenSsl();
// Without RTLD_DEEPBIND: Node's own symbols come first.
process.dlopen(addon, process.argv[2],
               os.constants.dlopen.RTLD_NOW | os.constants.dlopen.RTLD_LOCAL);

for (let round = 0; round < 2; ++round) {
  const ca = call('CreateCertificateAuthority', {
    CertificateAuthorityType: 'ROOT',
    CertificateAuthorityConfiguration: {
      KeyAlgorithm: 'EC_prime256v1',
      SigningAlgorithm: 'SHA256WITHECDSA',
      Subject: {CommonName: 'Node Root'},
    },
  });
  const {Csr} = call('GetCertificateAuthorityCsr', ca);
  const issued = call('IssueCertificate', {
    ...ca,
    Csr: Buffer.from(Csr).toString('base64'),
    SigningAlgorithm: 'SHA256WITHECDSA',
    TemplateArn: 'arn:aws:acm-pca:::template/RootCACertificate/V1',
    Validity: {Type: 'YEARS', Value: 10},
  });
  const {Certificate} = call('GetCertificate', {...ca, ...issued});
  const certificate = new crypto.X509Certificate(Certificate);
  assert.strictEqual(certificate.subject, 'CN=Node Root');
  assert(certificate.verify(certificate.publicKey));
  useOpenSsl();
}

assert.throws(() => call('Nothing', {}), /UnknownOperationException/);
console.log('PASSED');
