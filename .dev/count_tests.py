"""Counts test cases after `bazel test`, and says how the run ended.

Usage: count_tests.py EVENTS STATUS, with Bazel's build events as JSON lines and
its exit status. Cases come from the XML that each test target left. A target
that could not be built, crashed or ran out of time counts as one failed case; one
that is not for this configuration is named, and not counted. The last line is `N passed, N failed`; the exit status is 1 when anything failed.
"""

import json
import sys
import urllib.parse
import urllib.request
import xml.etree.ElementTree


def count_cases(path):
    """Returns how many cases passed and failed in one test.xml."""
    passed = failed = 0
    for case in xml.etree.ElementTree.parse(path).iter("testcase"):
        children = {child.tag for child in case}
        if children & {"failure", "error"}:
            failed += 1
        elif case.get("status") != "notrun" and "skipped" not in children:
            passed += 1
    return passed, failed


def count_result(result):
    """Returns the cases of one run of a test target."""
    passed = failed = 0
    for output in result.get("testActionOutput", []):
        if output["name"] == "test.xml":
            url = urllib.parse.urlparse(output["uri"])
            passed, failed = count_cases(urllib.request.url2pathname(url.path))
    if result["status"] != "PASSED" and not failed:
        failed = 1
    return passed, failed


def main():
    events, status = sys.argv[1], int(sys.argv[2])
    passed = failed = 0
    unbuilt, skipped = set(), set()
    with open(events, encoding="utf-8") as lines:
        for event in map(json.loads, lines):
            kind = event["id"]
            if "testResult" in event:
                more = count_result(event["testResult"])
                passed, failed = passed + more[0], failed + more[1]
            elif "targetCompleted" in kind:
                label = kind["targetCompleted"]["label"]
                if event.get("aborted", {}).get("reason") == "SKIPPED":
                    skipped.add(label)
                elif not event.get("completed", {}).get("success"):
                    unbuilt.add(label)
    for label in sorted(skipped):
        print("not for this configuration:", label)
    for label in sorted(unbuilt):
        print("failed to build:", label)
    failed += len(unbuilt)
    if status != 0 and not failed:
        failed = 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
