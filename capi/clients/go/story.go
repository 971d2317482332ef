// The story of ../README.md, told with the AWS SDK for Go v2.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"sort"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/acmpca"
	"github.com/aws/aws-sdk-go-v2/service/acmpca/types"
)

const (
	bucket   = "reports"
	day      = 24 * time.Hour
	patience = time.Minute
)

var (
	ctx = context.Background()
	pca *acmpca.Client
)

func done(step string) { fmt.Println("ok", step) }

// must returns the result of a call, and ends the story if there is none.
func must[T any](result T, err error) T {
	check(err == nil, err)
	return result
}

func check(holds bool, what ...any) {
	if !holds {
		panic(fmt.Sprint(what...))
	}
}

// refused ends the story unless err is the service's error E.
func refused[E error](err error) {
	var want E
	check(errors.As(err, &want), "expected ", fmt.Sprintf("%T", want), ": ", err)
}

func create(kind types.CertificateAuthorityType, name string) *string {
	return must(pca.CreateCertificateAuthority(ctx, &acmpca.CreateCertificateAuthorityInput{
		CertificateAuthorityType: kind,
		CertificateAuthorityConfiguration: &types.CertificateAuthorityConfiguration{
			KeyAlgorithm:     types.KeyAlgorithmEcPrime256v1,
			SigningAlgorithm: types.SigningAlgorithmSha256withecdsa,
			Subject: &types.ASN1Subject{
				Organization: aws.String("Example"), CommonName: &name,
			},
		},
		IdempotencyToken: aws.String(string(kind)),
	})).CertificateAuthorityArn
}

func waitForCsr(ca *string) []byte {
	input := &acmpca.GetCertificateAuthorityCsrInput{CertificateAuthorityArn: ca}
	waiter := acmpca.NewCertificateAuthorityCSRCreatedWaiter(pca)
	return []byte(*must(waiter.WaitForOutput(ctx, input, patience)).Csr)
}

func issue(ca *string, csr []byte, template string, days int64) (*string, error) {
	output, err := pca.IssueCertificate(ctx, &acmpca.IssueCertificateInput{
		CertificateAuthorityArn: ca,
		Csr:                     csr,
		SigningAlgorithm:        types.SigningAlgorithmSha256withecdsa,
		TemplateArn:             aws.String("arn:aws:acm-pca:::template/" + template + "/V1"),
		Validity: &types.Validity{
			Type: types.ValidityPeriodTypeDays, Value: &days,
		},
	})
	if err != nil {
		return nil, err
	}
	return output.CertificateArn, nil
}

func waitFor(certificate, ca *string) *acmpca.GetCertificateOutput {
	return must(acmpca.NewCertificateIssuedWaiter(pca).WaitForOutput(ctx,
		&acmpca.GetCertificateInput{
			CertificateAuthorityArn: ca, CertificateArn: certificate,
		}, patience))
}

func importInto(ca *string, issued *acmpca.GetCertificateOutput) {
	input := &acmpca.ImportCertificateAuthorityCertificateInput{
		CertificateAuthorityArn: ca, Certificate: []byte(*issued.Certificate),
	}
	if issued.CertificateChain != nil {
		input.CertificateChain = []byte(*issued.CertificateChain)
	}
	must(pca.ImportCertificateAuthorityCertificate(ctx, input))
}

func describe(ca *string) *types.CertificateAuthority {
	return must(pca.DescribeCertificateAuthority(ctx,
		&acmpca.DescribeCertificateAuthorityInput{CertificateAuthorityArn: ca},
	)).CertificateAuthority
}

func update(ca *string, status types.CertificateAuthorityStatus) {
	must(pca.UpdateCertificateAuthority(ctx, &acmpca.UpdateCertificateAuthorityInput{
		CertificateAuthorityArn: ca, Status: status,
	}))
	check(describe(ca).Status == status, "not ", status)
}

func main() {
	pca = acmpca.NewFromConfig(must(config.LoadDefaultConfig(ctx)))
	ca, certificate, csr := activate()
	label(ca)
	listAuthorities(ca)
	share(ca)
	permit(ca)
	audit(ca, certificate)
	end(ca, certificate, csr)
}

// activate sets up a hierarchy; returns the subordinate CA, and a certificate
// that it issued for the CSR.
func activate() (ca, certificate *string, csr []byte) {
	root := create(types.CertificateAuthorityTypeRoot, "Story Root")
	done("create the root CA")
	csr = waitForCsr(root)
	done("wait for the root's CSR")
	certificate = must(issue(root, csr, "RootCACertificate", 3650))
	done("issue the root's certificate")
	importInto(root, waitFor(certificate, root))
	done("import the root's certificate")

	ca = create(types.CertificateAuthorityTypeSubordinate, "Story Subordinate")
	done("create the subordinate CA")
	csr = waitForCsr(ca)
	done("wait for the subordinate's CSR")
	certificate = must(issue(root, csr, "SubordinateCACertificate_PathLen0", 1825))
	done("issue the subordinate's certificate")
	importInto(ca, waitFor(certificate, root))
	done("import the subordinate's certificate")
	described, now := describe(ca), time.Now()
	check(described.Status == types.CertificateAuthorityStatusActive, described.Status)
	check(described.NotBefore.Before(now) && described.NotAfter.After(now))
	check(now.Sub(*described.CreatedAt).Abs() < day, described.CreatedAt)
	done("describe the subordinate CA")

	csr = must(os.ReadFile("end_entity.csr"))
	certificate = must(issue(ca, csr, "EndEntityCertificate", 30))
	done("issue a certificate")
	issued := waitFor(certificate, ca)
	done("wait for the certificate")
	for name, pem := range map[string]*string{
		"certificate.pem": issued.Certificate,
		"chain.pem":       issued.CertificateChain,
	} {
		check(os.WriteFile(name, []byte(*pem+"\n"), 0o600) == nil, name)
	}
	done("get the certificate")
	return ca, certificate, csr
}

func listTags(ca *string) []string {
	var tags []string
	pages := acmpca.NewListTagsPaginator(pca, &acmpca.ListTagsInput{
		CertificateAuthorityArn: ca, MaxResults: aws.Int32(1),
	})
	for pages.HasMorePages() {
		for _, tag := range must(pages.NextPage(ctx)).Tags {
			tags = append(tags, *tag.Key+"="+*tag.Value)
		}
	}
	sort.Strings(tags)
	return tags
}

func label(ca *string) {
	stage := types.Tag{Key: aws.String("stage"), Value: aws.String("test")}
	empty := types.Tag{Key: aws.String("empty"), Value: aws.String("")}
	must(pca.TagCertificateAuthority(ctx, &acmpca.TagCertificateAuthorityInput{
		CertificateAuthorityArn: ca, Tags: []types.Tag{stage, empty},
	}))
	done("tag the CA")
	tags := listTags(ca)
	check(strings.Join(tags, " ") == "empty= stage=test", tags)
	done("list its tags")
	must(pca.UntagCertificateAuthority(ctx, &acmpca.UntagCertificateAuthorityInput{
		CertificateAuthorityArn: ca, Tags: []types.Tag{stage},
	}))
	tags = listTags(ca)
	check(strings.Join(tags, " ") == "empty=", tags)
	done("untag the CA")
}

func listAuthorities(ca *string) {
	arns := map[string]bool{}
	pages := acmpca.NewListCertificateAuthoritiesPaginator(pca,
		&acmpca.ListCertificateAuthoritiesInput{MaxResults: aws.Int32(1)})
	for pages.HasMorePages() {
		authorities := must(pages.NextPage(ctx)).CertificateAuthorities
		check(len(authorities) <= 1, "a page of more than one")
		for _, authority := range authorities {
			arns[*authority.Arn] = true
		}
	}
	check(len(arns) == 2 && arns[*ca], arns)
	done("list the CAs page by page")
}

func share(ca *string) {
	policy := strings.ReplaceAll(string(must(os.ReadFile("policy.json"))), "CA_ARN", *ca)
	must(pca.PutPolicy(ctx, &acmpca.PutPolicyInput{ResourceArn: ca, Policy: &policy}))
	done("put a policy")
	get := &acmpca.GetPolicyInput{ResourceArn: ca}
	check(*must(pca.GetPolicy(ctx, get)).Policy == policy, "another policy")
	done("get the policy")
	must(pca.DeletePolicy(ctx, &acmpca.DeletePolicyInput{ResourceArn: ca}))
	done("delete the policy")
	_, err := pca.GetPolicy(ctx, get)
	refused[*types.ResourceNotFoundException](err)
	done("miss the policy")
}

func listPermissions(ca *string) []types.Permission {
	var permissions []types.Permission
	pages := acmpca.NewListPermissionsPaginator(pca, &acmpca.ListPermissionsInput{
		CertificateAuthorityArn: ca, MaxResults: aws.Int32(1),
	})
	for pages.HasMorePages() {
		permissions = append(permissions, must(pages.NextPage(ctx)).Permissions...)
	}
	return permissions
}

func permit(ca *string) {
	principal := aws.String("acm.amazonaws.com")
	must(pca.CreatePermission(ctx, &acmpca.CreatePermissionInput{
		CertificateAuthorityArn: ca,
		Principal:               principal,
		Actions:                 types.ActionType("").Values(),
	}))
	done("create a permission")
	permissions := listPermissions(ca)
	check(len(permissions) == 1 && len(permissions[0].Actions) == 3, permissions)
	done("list the permissions")
	must(pca.DeletePermission(ctx, &acmpca.DeletePermissionInput{
		CertificateAuthorityArn: ca, Principal: principal,
	}))
	check(len(listPermissions(ca)) == 0, "a permission is left")
	done("delete the permission")
}

func audit(ca, certificate *string) {
	created := must(pca.CreateCertificateAuthorityAuditReport(ctx,
		&acmpca.CreateCertificateAuthorityAuditReportInput{
			CertificateAuthorityArn:   ca,
			S3BucketName:              aws.String(bucket),
			AuditReportResponseFormat: types.AuditReportResponseFormatJson,
		}))
	done("create an audit report")
	report := &acmpca.DescribeCertificateAuthorityAuditReportInput{
		CertificateAuthorityArn: ca, AuditReportId: created.AuditReportId,
	}
	check(acmpca.NewAuditReportCreatedWaiter(pca).Wait(ctx, report, patience) == nil)
	done("wait for the audit report")
	described := must(pca.DescribeCertificateAuthorityAuditReport(ctx, report))
	check(*described.S3BucketName == bucket && *described.S3Key == *created.S3Key)
	done("describe the audit report")
	get := must(http.NewRequest(http.MethodGet, strings.Join(
		[]string{os.Getenv("AWS_ENDPOINT_URL"), bucket, *created.S3Key}, "/"), nil))
	get.Header.Set("Authorization", os.Getenv("READER_AUTHORIZATION"))
	response := must(http.DefaultClient.Do(get))
	defer response.Body.Close()
	var rows []struct{ CertificateArn string }
	check(json.NewDecoder(response.Body).Decode(&rows) == nil, response.Status)
	found := false
	for _, row := range rows {
		found = found || row.CertificateArn == *certificate
	}
	check(found, rows)
	done("fetch the audit report")
}

func end(ca, certificate *string, csr []byte) {
	update(ca, types.CertificateAuthorityStatusDisabled)
	done("disable the CA")
	_, err := issue(ca, csr, "EndEntityCertificate", 30)
	refused[*types.InvalidStateException](err)
	done("be refused a certificate")
	update(ca, types.CertificateAuthorityStatusActive)
	done("activate the CA")

	revocation := &acmpca.RevokeCertificateInput{
		CertificateAuthorityArn: ca,
		CertificateSerial:       aws.String((*certificate)[strings.LastIndex(*certificate, "/")+1:]),
		RevocationReason:        types.RevocationReasonSuperseded,
	}
	must(pca.RevokeCertificate(ctx, revocation))
	done("revoke the certificate")
	_, err = pca.RevokeCertificate(ctx, revocation)
	refused[*types.RequestAlreadyProcessedException](err)
	done("be refused to revoke it twice")

	update(ca, types.CertificateAuthorityStatusDisabled)
	must(pca.DeleteCertificateAuthority(ctx, &acmpca.DeleteCertificateAuthorityInput{
		CertificateAuthorityArn: ca, PermanentDeletionTimeInDays: aws.Int32(7),
	}))
	described := describe(ca)
	check(described.Status == types.CertificateAuthorityStatusDeleted, described.Status)
	check(time.Until(*described.RestorableUntil) > 6*day, described.RestorableUntil)
	done("delete the CA")
	must(pca.RestoreCertificateAuthority(ctx, &acmpca.RestoreCertificateAuthorityInput{
		CertificateAuthorityArn: ca,
	}))
	check(describe(ca).Status == types.CertificateAuthorityStatusDisabled)
	done("restore the CA")
}
