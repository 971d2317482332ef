"""Writes what the AWS CLI makes of names, shorthand and answers.

Usage: python3 make.py, in this folder, with the packages awscli and botocore of
PyPI. The files are one JSON value a line:

  names.jsonl      [name of an operation or member, its name on a command line]
  shorthand.jsonl  [text, value], or [text] where it is refused
  outputs.jsonl    {title, width, response, text, table}
  skeletons.jsonl  {operation, input, output}
  queries.jsonl    a value; then [query, what it finds there], or [query] where
                   it is refused
"""

import io
import json
import random
import types

import awscli.shorthand
import awscli.table
import awscli.text
import botocore.session
import botocore.utils
import jmespath
from awscli.formatter import TableFormatter
from awscli.utils import json_encoder
from botocore import xform_name

SERVICE = botocore.session.Session().get_service_model("acm-pca")

# Of other services, for the rules that this one has no name for.
OTHER_NAMES = ["ListARNs", "ACLs", "s3BucketName", "HTTPHeader", "EBSOptimized",
               "OCSPs", "Ipv6CidrBlock", "DescribeDBInstances", "A", "IDs"]

SHORTHAND = [
    "Value=365,Type=DAYS",
    "foo=bar", "foo=", "foo=bar,baz", "foo=a,b,c=d,e=f", "foo=[a,b,c]",
    "foo=[]", "foo=[a,]", "foo={}", "foo={a=b,c=d}", "foo={a=[1,2],c={d=e}}",
    "foo=[{a=b},{c=d}]", "foo='a,b=c'", 'foo="a,b=c"', "foo='it\\'s'",
    'foo="a \\" b"', "foo='a\\\\b'", "foo=a\\,b,bar=c", "foo=a b c,bar=d",
    " foo = bar , baz = qux ", "foo=bar,", "foo=bar,,", "foo", "=bar", "",
    "foo=bar baz=qux", "foo=bar,foo=qux", "foo={a=b", "foo=[a,b", "foo='a",
    'foo="a', "foo='a\\'", "foo='a\\'b,c", "foo==bar", "foo=a=b", "foo=a=b,c=d",
    "foo=a,b=c,d", "foo=a,b\\,c=d", "foo=a,'b',c=d", "foo='a','b',c=d",
    "foo=[a],b=c", "foo=[a]b", "foo={a=b}c", "a-b_c.d#e/f:g=h", "a!=b",
    "Subject={CommonName=x.example,Organization='A, B'}",
    "KeyAlgorithm=RSA_2048,Subject={Country=DE}",
    "CrlConfiguration={Enabled=true,ExpirationInDays=7,S3BucketName=crls}",
    "\u00e4=1", "a=\u00e4,\u00f6", "a=\n b", "a=b\n,c=d", "a=[\n b,\n c\n]",
    "a@=b", "a @= b", "a={b@=c}", "a=}", "a=]", "a=b]", "a=b,c]", "a=b,{c}",
    "a=,b=c", "a=[b,[c,[d]]]", "a=\x7f", "a=\x01", "a=b\x01", "a=~|^`_!#$%&()*",
]

OUTPUTS = [
    ("Empty", {}),
    ("CreateCertificateAuthority", {"CertificateAuthorityArn": "arn:aws:acm-pca"}),
    ("GetCertificate", {"Certificate": "-----BEGIN\nMII\n-----END",
                        "CertificateChain": "-----BEGIN\nMIJ\n-----END"}),
    ("ListTags", {"Tags": [{"Key": "a", "Value": "b"}, {"Key": "c"}]}),
    ("ListTags", {"Tags": []}),
    ("ListOperations", {"Operations": ["A", "B"], "EngineOperations": ["B"]}),
    ("DescribeCertificateAuthority", {"CertificateAuthority": {
        "Arn": "arn:aws:acm-pca:us-east-1:123456789012:certificate-authority/1",
        "Status": "ACTIVE", "Serial": "12345678901234567890", "Count": 3,
        "CertificateAuthorityConfiguration": {
            "KeyAlgorithm": "EC_prime256v1",
            "Subject": {"CommonName": "Root", "Organization": "Example"}},
        "RevocationConfiguration": {
            "CrlConfiguration": {"Enabled": False},
            "OcspConfiguration": {"Enabled": True}}}}),
    ("ListPermissions", {"NextToken": "abc", "Permissions": [
        {"Actions": ["IssueCertificate", "GetCertificate"],
         "Principal": "acm.amazonaws.com"},
        {"Actions": ["ListPermissions"], "Policy": "{}",
         "Principal": "acm.amazonaws.com"},
        {"Principal": "none"}]}),
    ("Nested", {"A": [[1, 2], [3, 4]], "B": [{"C": [{"D": 1}, {"D": 2}]}],
                "E": {"F": {}}, "G": []}),
    ("Wide", {"Rows": [{"First": "x" * 70, "Second": "y" * 50, "Third": 1}]}),
    ("Wide", {"Rows": [{"First": "x" * 70, "Second": "y" * 50},
                       {"First": "z", "Second": "w"}]}),
    ("ATitleThatIsLongerThanWhatIsBelowIt", {"A": 1}),
    ("ATitleThatIsLongerThanWhatIsBelowIt",
     {"Rows": [{"A": 1, "B": 22, "C": 333}, {"A": 4, "B": 5, "C": 6}]}),
]

WIDTHS = [80, 200]

QUERIED = {
    "a": {"b": {"c": 1}, "d": [1, 2, [3, [4]]], "e": None, "f": False},
    "b": [{"a": "x", "c": 1}, {"a": "y", "c": 2, "b": [1, 2]},
          {"c": 3, "b": [[3], 4]}, {"a": ""}, []],
    "c": {"a": {"a": 1}, "b": {"a": 2}, "c": 3},
    "d": "text", "odd name": [0.5, -1], "e": [],
}

QUERIES = [
    "a", "a.b.c", "a.b.x", "x.y", "d.a", "@", "@.a.b", '"odd name"[0]',
    '"odd name"[-1]', "b[0].a", "b[-2]", "b[9]", "b[*].a", "b[].a", "b[*].b[]",
    "b[*].b[][]", "b[*].b[*]", "b[].b[]", "a.d[]", "a.d[][]", "[]", "*",
    "*.a", "c.*.a", "c.* | [0]", "b[*].a | [0]", "b[*].a[0]", "a.*",
    "b[?a=='y'].c", "b[?a=='y'].c | [0]", "b[?c>`1`].c", "b[?c>=`2` && b].c",
    "b[?c<`2` || a=='y'].a", "b[?a!='x'].c", "b[?b]", "b[?a]", "b[?x]",
    "b[*].[a,c]", "b[*].{A:a,C: c}", "[a.b, d]", "{X:d,Y:a.b.c}", "a.[b,e]",
    "x.[a]", "(a || b).b", "a.e || d", "a.f && d", "e || d", "d && a.b",
    "`[1, {\"a\": 2}]`", "'it\\'s'", "`\"a\\`b\"`", "a.b == c",
    "a.b.c == `1`", "d == 'text'", "a.f == `false`", " a . b ",
    "", "a.", "a..b", "a b", "a[", "a[0", "a[x]", "a[?", "a[?b", "(a", "a)",
    "{a}", "{a:}", "[a,", "'a", "`1", '"a', "a |", "a ||", "a ==", "1",
    "b[*].b[0]", "b[*].b[-1]", "b[*][0]", "b[0][0]", "[0]", "[*]", "[?a]",
    "[*.a]", "a.*.c", "b[?c==`2`].b[]", "b[?c==`2`].b[] | [1]", "b[*].b | []",
]


def write(path, values):
  with open(path, "w", encoding="utf-8") as out:
    for value in values:
      out.write(json.dumps(value, default=json_encoder) + "\n")


def names():
  all_names = set(SERVICE.operation_names) | set(OTHER_NAMES)
  for shape in map(SERVICE.shape_for, SERVICE.shape_names):
    if shape.type_name == "structure":
      all_names |= set(shape.members)
  return [[name, xform_name(name, "-")] for name in sorted(all_names)]


def random_shorthand(count):
  # Pieces of what is above, put together anew.
  pieces = list("ab=,[]{}'\"\\ @") + ["a=", "b=", "c=", ",b=", "={", "=["]
  for _ in range(count):
    length = random.randint(1, 9)
    yield "a=" + "".join(random.choice(pieces) for _ in range(length))


def random_queries(count):
  pieces = ["a", "b", "c", "d", ".", ".a", ".b", "[0]", "[-1]", "[*]", "[]",
            ".*", "[?a]", "[?c>`1`]", " | ", "||", "&&", "==", ".[a,b]",
            ".{a:b}", "(", ")", "@", "`1`"]
  for _ in range(count):
    length = random.randint(1, 7)
    yield "".join(random.choice(pieces) for _ in range(length))


def shorthand(text):
  try:
    return [text, awscli.shorthand.ShorthandParser().parse(text)]
  except awscli.shorthand.ShorthandParseError:
    return [text]


def query(text):
  try:
    return [text, jmespath.search(text, QUERIED)]
  except jmespath.exceptions.JMESPathError:
    return [text]


def output(title, response, width):
  text = io.StringIO()
  awscli.text.format_text(response, text)
  arguments = types.SimpleNamespace(query=None, color="off")
  table = awscli.table.MultiTable(initial_section=False,
                                  styler=awscli.table.Styler())
  table._terminal_width = width
  rendered = io.StringIO()
  formatter = TableFormatter(arguments)
  formatter.table = table
  formatter._format_response(title, response, rendered)
  return {"title": title, "width": width, "response": response,
          "text": text.getvalue(), "table": rendered.getvalue()}


# The AWS CLI names the items of a list after their shape, which nobody else
# knows; let them have the name of the list.
ITEM_NAMES = {"ActionType": "Actions"}


def rename_items(value):
  if isinstance(value, dict):
    return {name: rename_items(member) for name, member in value.items()}
  if isinstance(value, list):
    return [rename_items(item) for item in value]
  return ITEM_NAMES.get(value, value)


def skeleton(operation):
  model = SERVICE.operation_model(operation)
  result = {"operation": operation}
  for name, shape in (("input", model.input_shape),
                      ("output", model.output_shape)):
    generator = botocore.utils.ArgumentGenerator(
        use_member_names=name == "output")
    value = generator.generate_skeleton(shape) if shape else {}
    result[name] = rename_items(value)
  return result


def main():
  random.seed(1)
  texts = SHORTHAND + sorted(set(random_shorthand(3000)))
  write("names.jsonl", names())
  write("shorthand.jsonl", map(shorthand, texts))
  write("outputs.jsonl", (output(title, response, width)
                          for title, response in OUTPUTS for width in WIDTHS))
  queries = QUERIES + sorted(set(random_queries(4000)))
  write("queries.jsonl", [QUERIED] + list(map(query, queries)))
  # Any of an enum's values will do for the AWS CLI: let it be the first.
  botocore.utils.random.choice = lambda values: values[0]
  write("skeletons.jsonl", map(skeleton, sorted(SERVICE.operation_names)))


if __name__ == "__main__":
  main()
