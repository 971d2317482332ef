#!/usr/bin/env bash
# The story of ../README.md, told with the AWS CLI.
set -euo pipefail

readonly BUCKET=reports
export AWS_DEFAULT_OUTPUT=text AWS_PAGER=

pca() { aws acm-pca "$@"; }

# Ends the story unless $1 and $2 are the same.
same() {
  if [[ "$1" != "$2" ]]; then
    printf 'expected "%s", got "%s"\n' "$2" "$1" >&2
    exit 1
  fi
}

# Ends the story unless the command after $1 meets an error of just that name.
refused() {
  local output error="$1"
  shift
  if output=$("$@" 2>&1) ||
    [[ "$output" != *"An error occurred ($error)"* ]]; then
    printf 'expected %s, got: %s\n' "$error" "$output" >&2
    exit 1
  fi
}

create() {
  local configuration=KeyAlgorithm=EC_prime256v1
  configuration+=,SigningAlgorithm=SHA256WITHECDSA
  configuration+=",Subject={Organization=Example,CommonName=Story $1}"
  pca create-certificate-authority --certificate-authority-type "$1" \
    --certificate-authority-configuration "$configuration" \
    --idempotency-token "$1"
}

wait_for_csr() {
  pca wait certificate-authority-csr-created --certificate-authority-arn "$1"
  pca get-certificate-authority-csr --certificate-authority-arn "$1" >ca.csr
}

issue() {
  pca issue-certificate --certificate-authority-arn "$1" --csr "fileb://$2" \
    --signing-algorithm SHA256WITHECDSA --validity "Value=$4,Type=DAYS" \
    --template-arn "arn:aws:acm-pca:::template/$3/V1"
}

# Waits for certificate $1 of CA $2, and puts it into certificate.pem.
wait_for() {
  local names=(--certificate-arn "$1" --certificate-authority-arn "$2")
  pca wait certificate-issued "${names[@]}"
  pca get-certificate "${names[@]}" --query Certificate >certificate.pem
}

status() {
  pca describe-certificate-authority --certificate-authority-arn "$1" \
    --query CertificateAuthority.Status
}

update() {
  pca update-certificate-authority --certificate-authority-arn "$1" \
    --status "$2"
  same "$(status "$1")" "$2"
}

root=$(create ROOT)
echo "ok create the root CA"
wait_for_csr "$root"
echo "ok wait for the root's CSR"
certificate=$(issue "$root" ca.csr RootCACertificate 3650)
echo "ok issue the root's certificate"
wait_for "$certificate" "$root"
pca import-certificate-authority-certificate \
  --certificate-authority-arn "$root" --certificate fileb://certificate.pem
echo "ok import the root's certificate"

ca=$(create SUBORDINATE)
of_ca=(--certificate-authority-arn "$ca")
echo "ok create the subordinate CA"
wait_for_csr "$ca"
echo "ok wait for the subordinate's CSR"
certificate=$(issue "$root" ca.csr SubordinateCACertificate_PathLen0 1825)
echo "ok issue the subordinate's certificate"
wait_for "$certificate" "$root"
pca get-certificate --certificate-arn "$certificate" \
  --certificate-authority-arn "$root" --query CertificateChain >chain.pem
pca import-certificate-authority-certificate "${of_ca[@]}" \
  --certificate fileb://certificate.pem --certificate-chain fileb://chain.pem
echo "ok import the subordinate's certificate"
same "$(status "$ca")" ACTIVE
echo "ok describe the subordinate CA"

certificate=$(issue "$ca" end_entity.csr EndEntityCertificate 30)
echo "ok issue a certificate"
wait_for "$certificate" "$ca"
echo "ok wait for the certificate"
pca get-certificate --certificate-arn "$certificate" "${of_ca[@]}" \
  --query CertificateChain >chain.pem
echo "ok get the certificate"

pca tag-certificate-authority "${of_ca[@]}" \
  --tags Key=stage,Value=test Key=empty,Value=
echo "ok tag the CA"
same "$(pca list-tags "${of_ca[@]}" --page-size 1 --query 'Tags[].Key' |
  sort | xargs)" "empty stage"
echo "ok list its tags"
pca untag-certificate-authority "${of_ca[@]}" --tags Key=stage,Value=test
same "$(pca list-tags "${of_ca[@]}" --query 'Tags[].Key')" empty
echo "ok untag the CA"

same "$(pca list-certificate-authorities --page-size 1 \
  --query 'CertificateAuthorities[].Arn' | sort)" \
  "$(printf '%s\n' "$root" "$ca" | sort)"
echo "ok list the CAs page by page"

sed "s|CA_ARN|$ca|" policy.json >put.json
pca put-policy --resource-arn "$ca" --policy file://put.json
echo "ok put a policy"
same "$(pca get-policy --resource-arn "$ca")" "$(<put.json)"
echo "ok get the policy"
pca delete-policy --resource-arn "$ca"
echo "ok delete the policy"
refused ResourceNotFoundException pca get-policy --resource-arn "$ca"
echo "ok miss the policy"

actions=(GetCertificate IssueCertificate ListPermissions)
acm=(--principal acm.amazonaws.com)
pca create-permission "${of_ca[@]}" "${acm[@]}" --actions "${actions[@]}"
echo "ok create a permission"
same "$(pca list-permissions "${of_ca[@]}" --page-size 1 \
  --query 'Permissions[].Actions[]' | xargs -n1 | sort | xargs)" "${actions[*]}"
echo "ok list the permissions"
pca delete-permission "${of_ca[@]}" "${acm[@]}"
same "$(pca list-permissions "${of_ca[@]}" --query 'Permissions[].Actions')" ""
echo "ok delete the permission"

read -r report key < <(pca create-certificate-authority-audit-report \
  "${of_ca[@]}" --s3-bucket-name "$BUCKET" \
  --audit-report-response-format JSON --query '[AuditReportId, S3Key]')
of_report=("${of_ca[@]}" --audit-report-id "$report")
echo "ok create an audit report"
pca wait audit-report-created "${of_report[@]}"
echo "ok wait for the audit report"
same "$(pca describe-certificate-authority-audit-report "${of_report[@]}" \
  --query '[S3BucketName, S3Key]')" "$BUCKET"$'\t'"$key"
echo "ok describe the audit report"
aws s3api get-object --bucket "$BUCKET" --key "$key" report.json >/dev/null
grep -qF "\"$certificate\"" report.json
echo "ok fetch the audit report"

update "$ca" DISABLED
echo "ok disable the CA"
refused InvalidStateException \
  issue "$ca" end_entity.csr EndEntityCertificate 30
echo "ok be refused a certificate"
update "$ca" ACTIVE
echo "ok activate the CA"

revoke=(pca revoke-certificate "${of_ca[@]}" --revocation-reason SUPERSEDED
  --certificate-serial "${certificate##*/}")
"${revoke[@]}"
echo "ok revoke the certificate"
refused RequestAlreadyProcessedException "${revoke[@]}"
echo "ok be refused to revoke it twice"

update "$ca" DISABLED
pca delete-certificate-authority "${of_ca[@]}" \
  --permanent-deletion-time-in-days 7
same "$(status "$ca")" DELETED
echo "ok delete the CA"
pca restore-certificate-authority "${of_ca[@]}"
same "$(status "$ca")" DISABLED
echo "ok restore the CA"
