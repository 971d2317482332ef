#!/usr/bin/env python3
"""Holds our messages against the service model inside botocore, and our JSON
against what botocore writes and reads.

Usage: botocore_test.py TRANSCODE DECLARED_ERRORS_TEST PROTO...

PKI_BOTO3 is where capi/clients/clients.py installs boto3. TRANSCODE is
//pki/wire:transcode. The cases of DECLARED_ERRORS_TEST, OPERATION_CODE, are the
errors that each of our operations is known to answer with.
"""

import base64
import datetime
import glob
import json
import os
import random
import re
import subprocess
import sys
import unittest

sys.path += glob.glob(os.environ["PKI_BOTO3"] + "/venv/lib/*/site-packages")
import botocore.model  # noqa: E402
import botocore.parsers  # noqa: E402
import botocore.serialize  # noqa: E402
import botocore.session  # noqa: E402

# What the service's model says and our messages do not, or the other way round,
# each with its reason. A line that is no difference any more is a failure too.
DIFFERENCES = {}

SCALARS = {
    "string": "TYPE_STRING",
    "blob": "TYPE_BYTES",
    "boolean": "TYPE_BOOL",
    "integer": "TYPE_INT32",
    "long": "TYPE_INT64",
    "timestamp": "google.protobuf.Timestamp",
}
ROUNDS = 40  # random messages of each type
SEED = 20170822

transcode_path, declared_errors_path, *proto_files = sys.argv[1:]
service = botocore.model.ServiceModel(
    botocore.session.Session()
    .get_component("data_loader")
    .load_service_model("acm-pca", "service-2"),
    "acm-pca",
)
operations = [service.operation_model(name) for name in service.operation_names]


def generate_messages():
    """Returns the Python modules of our .proto files: service and options."""
    out = os.environ["TEST_TMPDIR"]
    subprocess.run(
        ["protoc", "-I.", "--python_out=" + out, *proto_files], check=True
    )
    sys.path.insert(0, out)
    # pylint: disable=import-error,import-outside-toplevel
    from proto import error_pb2, options_pb2, service_pb2

    return service_pb2, options_pb2, error_pb2


service_pb2, options_pb2, error_pb2 = generate_messages()


class Transcode:
    """Our JSON codec."""

    def __init__(self):
        self.process = subprocess.Popen(
            [transcode_path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, *words):
        """Returns "ok" or an HTTP status, and bytes."""
        self.process.stdin.write(" ".join(words) + "\n")
        self.process.stdin.flush()
        status, _, answer = self.process.stdout.readline().partition(" ")
        return status, bytes.fromhex(answer)

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


def limits_of(field):
    """The limits of a field, as the model spells them."""
    shape = field.GetOptions().Extensions[options_pb2.shape]
    options = options_pb2.Shape.DESCRIPTOR.values_by_number[shape].GetOptions()
    limits = options.Extensions[options_pb2.limits]
    return {
        each.name: value for each, value in limits.ListFields()
    }


def limits_in(shape):
    """The same of a shape of the model. That a length is at least 0 is left."""
    limits = {
        key: shape.metadata[key]
        for key in ("min", "max", "pattern")
        if key in shape.metadata
    }
    if limits.get("min") == 0 and shape.type_name not in ("integer", "long"):
        del limits["min"]
    return limits


def wire_names(enum):
    """What the values of one of our enums are called in JSON."""
    return [
        value.GetOptions().Extensions[options_pb2.wire_name]
        for value in enum.values
        if value.number != 0
    ]


class Comparison:
    """Collects every difference of our messages from the model's shapes."""

    def __init__(self):
        self.found = set()
        self.seen = set()

    def same(self, where, model, ours):
        if model != ours:
            self.found.add(f"{where}: {model} in the model, {ours} here")

    def structure(self, shape, message):
        if shape.name in self.seen:
            return
        self.seen.add(shape.name)
        self.same(f"{shape.name} is called", shape.name, message.name)
        fields = {field.json_name: field for field in message.fields}
        # The order too: that of a subject's members is that of its RDNs.
        self.same(f"{shape.name} has", list(shape.members), list(fields))
        required = [
            name
            for name, field in fields.items()
            if field.GetOptions().Extensions[options_pb2.required]
        ]
        self.same(f"{shape.name} requires", sorted(shape.required_members),
                  sorted(required))
        for name in shape.members.keys() & fields.keys():
            self.member(f"{shape.name}.{name}", shape.members[name],
                        fields[name])

    def member(self, where, shape, field):
        is_list = field.label == field.LABEL_REPEATED
        self.same(f"{where} is a list", shape.type_name == "list", is_list)
        self.same(f"{where} is limited to", limits_in(shape), limits_of(field))
        if shape.type_name == "list":
            shape = shape.member
            # Ours limit what is in a list by its type alone.
            self.same(f"{where}[] is limited to", limits_in(shape), {})
        if shape.type_name == "structure":
            self.same(f"{where} is a structure", True,
                      field.message_type is not None)
            self.structure(shape, field.message_type)
        elif getattr(shape, "enum", None):
            self.same(f"{where} may be", sorted(shape.enum),
                      sorted(wire_names(field.enum_type)))
        elif field.message_type is not None:
            self.same(f"{where} is", SCALARS[shape.type_name],
                      field.message_type.full_name)
        else:
            types = {
                number: name
                for name, number in vars(type(field)).items()
                if name.startswith("TYPE_")
            }
            self.same(f"{where} is", SCALARS[shape.type_name],
                      types[field.type])


def provoked_errors():
    """The cases of declared_errors_test, as (operation, code)."""
    listed = subprocess.run(
        [declared_errors_path, "--gtest_list_tests"],
        check=True, capture_output=True, text=True,
    ).stdout
    return set(re.findall(r"IsProvoked/(\w+?)_(\w+)", listed))


class ModelTest(unittest.TestCase):
    """What is declared."""

    maxDiff = None

    def test_differences_are_those_that_are_known(self):
        comparison = Comparison()
        methods = service_pb2.DESCRIPTOR.services_by_name[
            "CertificateAuthorityService"
        ].methods_by_name
        comparison.same("the operations", sorted(service.operation_names),
                        sorted(methods))
        for operation in operations:
            if operation.name not in methods:
                continue
            method = methods[operation.name]
            comparison.structure(operation.input_shape, method.input_type)
            if operation.output_shape is not None:
                comparison.structure(operation.output_shape, method.output_type)
            else:
                comparison.same(f"{operation.name} answers with", [],
                                list(method.output_type.fields_by_name))
        self.assertEqual(comparison.found, set(DIFFERENCES))

    def test_every_declared_error_is_provoked(self):
        declared = {
            (operation.name, error.name)
            for operation in operations
            for error in operation.error_shapes
        }
        ours = {
            case for case in provoked_errors()
            if case[0] in service.operation_names
        }
        self.assertEqual(declared, ours)

    def test_errors_have_their_status(self):
        values = error_pb2.ErrorCode.DESCRIPTOR.values
        ours = {
            info.name: info.http_status
            for info in (
                value.GetOptions().Extensions[error_pb2.code_info]
                for value in values
            )
        }
        for error in service.error_shapes:
            status = error.metadata.get("error", {}).get("httpStatusCode", 400)
            self.assertEqual(ours[error.name], status, error.name)


LETTERS = "abcXYZ0189"
ANY_TEXT = LETTERS + " \"\\/\t<é\u00ff\u0394\u65e5\U0001f511"
LATIN = LETTERS + " \t\n~\u00e9\u00ff"
# Shapes with a pattern: what random texts of them are made of.
ALPHABETS = {
    "ASN1PrintableString64": LETTERS + " '()+-./:=?",
    "AWSPolicy": LATIN,
    "AccountId": "0123456789",
    "CnameString": LETTERS + "-._~%",
    "CountryCodeString": "AByz",
    "CrlPathString": LETTERS,
    "IdempotencyToken": LATIN,
    "Principal": LETTERS + ".:",
    "S3BucketName3To255": LETTERS + "-._/",
    "TagKey": LETTERS + " _.:/=+-@\u00e9\u65e5",
    "TagValue": LETTERS + " _.:/=+-@\u00e9\u65e5",
}
# And those of which no alphabet is enough: how they begin, and go on.
TEXTS = {
    "Arn": ("arn:aws:acm-pca:us-east-1:1:certificate-authority/a-b", "c"),
    "AuditReportId": ("11223344-1234-1122-2233-112233445566", "0"),
    "Base64String1To4096": ("MAMBAf8B", "A"),
    "CustomObjectIdentifier": ("1.3.6.1.4.1.37244.2.1", "1"),
}
# One character of four bytes.
KEY = "\U0001f511"


def text_of(shape, length):
    """A text of so many characters that its pattern allows, where one does."""
    if shape.name in TEXTS:
        start, more = TEXTS[shape.name]
        return start[:length] + more * (length - len(start))
    return (ALPHABETS.get(shape.name, KEY)[0] * length)[:length]


class Samples:
    """Random values of the model's shapes, as botocore's users give them."""

    def __init__(self, seed, fullness=0.7):
        self.random = random.Random(seed)
        self.fullness = fullness  # how likely an optional member is there

    def length(self, shape, usual):
        least = shape.metadata.get("min", 0)
        most = min(shape.metadata.get("max", usual), least + usual)
        return self.random.randint(least, most)

    def value(self, shape):
        return getattr(self, shape.type_name)(shape)

    def structure(self, shape):
        return {
            name: self.value(member)
            for name, member in shape.members.items()
            if name in shape.required_members
            or self.random.random() < self.fullness
        }

    def list(self, shape):
        # None is as good as an absent list; that is for structure() to choose.
        return [
            self.value(shape.member) for _ in range(self.length(shape, 3) or 1)
        ]

    def string(self, shape):
        if shape.enum:
            return self.random.choice(shape.enum)
        if shape.name in TEXTS:
            return TEXTS[shape.name][0]
        alphabet = ALPHABETS.get(shape.name, ANY_TEXT)
        length = self.length(shape, 20)
        if "pattern" in shape.metadata:
            length = max(length, 1)
        return "".join(self.random.choices(alphabet, k=length))

    def blob(self, shape):
        return self.random.randbytes(self.length(shape, 40))

    def boolean(self, _shape):
        return self.random.random() < 0.5

    def integer(self, shape):
        most = shape.metadata.get("max", 2**31 - 1)
        return self.random.randint(shape.metadata.get("min", -(2**31)), most)

    def long(self, shape):
        most = shape.metadata.get("max", 2**63 - 1)
        return self.random.randint(shape.metadata.get("min", -(2**63)), most)

    def timestamp(self, _shape):
        # The service knows milliseconds, and often none.
        millis = self.random.choice([0, 0, self.random.randint(1, 999)])
        return datetime.datetime.fromtimestamp(
            self.random.randint(0, 4102444800), datetime.timezone.utc
        ) + datetime.timedelta(milliseconds=millis)


def limit_cases(shape):
    """Yields values of a shape at its limits, and why they are refused."""
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if shape.type_name in ("integer", "long"):
        for value, reason in (
            (least, None), (most, None),
            (least and least - 1, "RANGE"), (most and most + 1, "RANGE"),
        ):
            if value is not None:
                yield value, reason
        return
    if getattr(shape, "enum", None):
        yield from ((value, None) for value in shape.enum)
        yield shape.enum[0].lower() + "x", "ENUM"
        return
    if shape.type_name == "list":
        item = Samples(SEED).value(shape.member)
        make, short, long = lambda n: [item] * n, None, "LIST_LENGTH"
    elif shape.type_name == "blob":
        make, short, long = bytes, "TOO_SHORT", "TOO_LONG"
    elif shape.type_name == "string":
        make, short, long = lambda n: text_of(shape, n), "TOO_SHORT", "TOO_LONG"
    else:
        return
    pattern = shape.metadata.get("pattern")
    if most is not None:
        yield make(most), None
        yield make(most + 1), long
    if least:
        # The shortest text that may be is too short for some patterns.
        fits = shape.name not in TEXTS or least >= len(TEXTS[shape.name][0])
        yield make(least), None if fits else "PATTERN"
        if short is not None:
            yield make(least - 1), short
    if pattern:
        good = Samples(SEED).value(shape)
        bad = "*" if shape.name == "Principal" else "\a"
        yield good[:-1] + bad, "PATTERN"


def places(shape, value, path=()):
    """Yields what is in a sample: its path, its shape, if it is required."""
    if isinstance(value, dict):
        for name, inner in value.items():
            member = shape.members[name]
            yield (*path, name), member, name in shape.required_members
            yield from places(member, inner, (*path, name))
    elif isinstance(value, list):
        yield (*path, 0), shape.member, False
        yield from places(shape.member, value[0], (*path, 0))


def with_value(sample, path, value):
    """The sample with another value in one place."""
    if not path:
        return value
    copy = sample.copy()
    copy[path[0]] = with_value(sample[path[0]], path[1:], value)
    return copy


def field_of(path):
    """How we name a place."""
    name = "".join(
        f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return name[1:]


def to_json(value):
    """A sample, or one with a mistake, as botocore would send it."""
    return json.dumps(
        value, default=lambda blob: base64.b64encode(blob).decode())


def number_of(enum, name):
    """The number of the value that JSON calls so."""
    return 1 + wire_names(enum).index(name)


def fill(message, sample):
    """Puts a sample into one of our messages."""
    fields = {field.json_name: field for field in message.DESCRIPTOR.fields}
    for name, value in sample.items():
        field = fields[name]
        if isinstance(value, list):
            for item in value:
                if field.message_type is not None:
                    fill(getattr(message, field.name).add(), item)
                else:
                    getattr(message, field.name).append(
                        number_of(field.enum_type, item))
        elif isinstance(value, dict):
            getattr(message, field.name).SetInParent()
            fill(getattr(message, field.name), value)
        elif isinstance(value, datetime.datetime):
            getattr(message, field.name).FromDatetime(value)
        elif field.enum_type is not None:
            setattr(message, field.name, number_of(field.enum_type, value))
        else:
            setattr(message, field.name, value)
    return message


def with_noise(value):
    """The same JSON, with nulls and members that nobody knows."""
    if isinstance(value, list):
        return [with_noise(item) for item in value]
    if not isinstance(value, dict):
        return value
    noisy = {name: with_noise(inner) for name, inner in value.items()}
    return {"New": {"In": [1, {"Any": None}]}, **noisy, "Later": None}


class JsonTest(unittest.TestCase):
    """What is sent and answered."""

    def setUp(self):
        self.transcode = Transcode()
        self.addCleanup(self.transcode.close)
        self.samples = Samples(SEED)
        self.serializer = botocore.serialize.create_serializer("json")
        self.parser = botocore.parsers.create_parser("json")

    def parse(self, status, body, shape):
        """What botocore makes of an answer."""
        return self.parser.parse(
            {"status_code": status, "headers": {}, "body": body}, shape)

    def read(self, name, text):
        """What we make of a text."""
        return self.transcode.ask("read", name, text.encode().hex())

    def test_we_read_what_botocore_writes(self):
        for operation in operations:
            for _ in range(ROUNDS):
                self.check_request(operation)

    def check_request(self, operation):
        shape = operation.input_shape
        sample = self.samples.value(shape)
        sent = self.serializer.serialize_to_request(sample, operation)
        self.assertEqual(sent["headers"]["X-Amz-Target"],
                         "ACMPrivateCA." + operation.name)
        self.assertEqual(sent["headers"]["Content-Type"],
                         "application/x-amz-json-1.1")
        expected = fill(getattr(service_pb2, shape.name)(), sample)
        body = sent["body"].decode()
        noisy = json.dumps(with_noise(json.loads(body)))
        for text in (body, noisy):
            status, answer = self.read(shape.name, text)
            self.assertEqual(status, "ok", (operation.name, text, answer))
            ours = getattr(service_pb2, shape.name).FromString(answer)
            self.assertEqual(ours, expected, operation.name)

    def test_an_explicit_null_is_an_absent_member(self):
        for operation in operations:
            shape = operation.input_shape
            sample = {
                name: self.samples.value(shape.members[name])
                for name in shape.required_members
            }
            sent = self.serializer.serialize_to_request(sample, operation)
            body = {name: None for name in shape.members}
            body.update(json.loads(sent["body"]))
            status, answer = self.read(shape.name, json.dumps(body))
            self.assertEqual(status, "ok", (operation.name, body, answer))
            ours = getattr(service_pb2, shape.name).FromString(answer)
            self.assertEqual(
                ours, fill(getattr(service_pb2, shape.name)(), sample))

    def test_each_limit_can_be_met_and_not_exceeded(self):
        requests = 0
        for operation in operations:
            shape = operation.input_shape
            full = Samples(SEED, fullness=1).value(shape)
            self.check_refusal(shape.name, full, None, None)
            for path, member, required in places(shape, full):
                cases = list(limit_cases(member))
                if required:
                    cases.append((None, "REQUIRED"))
                for value, reason in cases:
                    changed = with_value(full, path, value)
                    self.check_refusal(shape.name, changed, reason, path)
                    requests += 1
        print(requests, "requests at a limit", file=sys.stderr)

    def check_refusal(self, name, sample, reason, path):
        """Whether we refuse the sample at `path`; or not, without a reason."""
        status, answer = self.read(name, to_json(sample))
        if reason is None:
            self.assertEqual(status, "ok", (name, path, answer))
            return
        self.assertEqual(status, "400", (name, path, reason))
        error = json.loads(answer)
        self.assertEqual(error["__type"], "ValidationException")
        # Of a list's items, too many are no fault of any of them.
        prefix = "REASON_" if reason == "LIST_LENGTH" else "REASON_FIELD_"
        self.assertEqual(error["reason"], prefix + reason, (name, path, error))
        self.assertEqual(error["field"], field_of(path))

    def test_botocore_reads_what_we_write(self):
        for operation in operations:
            for _ in range(ROUNDS):
                self.check_response(operation)

    def check_response(self, operation):
        shape = operation.output_shape
        name = shape.name if shape else operation.name + "Response"
        sample = self.samples.value(shape) if shape else {}
        message = fill(getattr(service_pb2, name)(), sample)
        status, answer = self.transcode.ask(
            "write", name, message.SerializeToString().hex())
        self.assertEqual(status, "ok")
        parsed = self.parse(200, answer, shape)
        del parsed["ResponseMetadata"]
        # Who lists is told of none, too.
        lists = {
            member: []
            for member, inner in (shape.members.items() if shape else ())
            if inner.type_name == "list"
        }
        self.assertEqual(parsed, {**lists, **sample}, (operation.name, answer))

    def test_times_are_numbers(self):
        def read(time):
            text = '{"CertificateAuthority":{"CreatedAt":%s}}' % time
            return self.read("DescribeCertificateAuthorityResponse", text)

        for time, millis in (
            ("1700000000", 1700000000000),
            ("1.7E9", 1700000000000),
            ("1700000000.25", 1700000000250),
            ("-0.5", -500),
        ):
            status, answer = read(time)
            self.assertEqual(status, "ok")
            ours = service_pb2.DescribeCertificateAuthorityResponse.FromString(
                answer).certificate_authority.created_at
            self.assertEqual(ours.ToMilliseconds(), millis)
        for time in ('"1700000000"', '"2023-11-14T22:13:20Z"', "true"):
            status, answer = read(time)
            self.assertEqual(status, "400")
            self.assertEqual(
                self.parse(400, answer, None)["Error"]["Code"],
                "SerializationException")

    def test_botocore_reads_our_errors(self):
        by_code = {
            reason.GetOptions().Extensions[error_pb2.rule].code: reason.name
            for reason in error_pb2.Reason.DESCRIPTOR.values
            if reason.number != 0
        }
        for code, reason in by_code.items():
            info = error_pb2.ErrorCode.DESCRIPTOR.values_by_number[
                code].GetOptions().Extensions[error_pb2.code_info]
            status, answer = self.transcode.ask("error", reason)
            self.assertEqual(status, str(info.http_status))
            parsed = self.parse(int(status), answer, None)
            self.assertEqual(parsed["Error"]["Code"], info.name)
            self.assertEqual(parsed["Error"]["Message"], "a sentence")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
