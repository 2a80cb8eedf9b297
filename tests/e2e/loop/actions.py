"""The IAM action of an operation: its own name behind the service's prefix, but for these exceptions."""

from __future__ import annotations

from tests.e2e.loop.recognise import Call

# the prefix is the name that requests are signed with, but for these
PREFIXES = {"monitoring": "cloudwatch", "tagging": "tag", "cloudcontrolapi": "cloudformation", "email": "ses"}

# https://docs.aws.amazon.com/AmazonS3/latest/API/ says in each operation which permission it takes
S3 = {
    "AbortMultipartUpload": "s3:AbortMultipartUpload",
    "CompleteMultipartUpload": "s3:PutObject",
    "CopyObject": "s3:PutObject",
    "CreateMultipartUpload": "s3:PutObject",
    "DeleteBucketCors": "s3:PutBucketCORS",
    "DeleteBucketEncryption": "s3:PutEncryptionConfiguration",
    "DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
    "DeleteBucketTagging": "s3:PutBucketTagging",
    "DeleteObjects": "s3:DeleteObject",
    "DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "GetBucketAccelerateConfiguration": "s3:GetAccelerateConfiguration",
    "GetBucketCors": "s3:GetBucketCORS",
    "GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "GetBucketNotificationConfiguration": "s3:GetBucketNotification",
    "GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "HeadBucket": "s3:ListBucket",
    "HeadObject": "s3:GetObject",
    "ListBuckets": "s3:ListAllMyBuckets",
    "ListMultipartUploads": "s3:ListBucketMultipartUploads",
    "ListObjectVersions": "s3:ListBucketVersions",
    "ListObjects": "s3:ListBucket",
    "ListObjectsV2": "s3:ListBucket",
    "ListParts": "s3:ListMultipartUploadParts",
    "PutBucketAccelerateConfiguration": "s3:PutAccelerateConfiguration",
    "PutBucketCors": "s3:PutBucketCORS",
    "PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "PutBucketNotificationConfiguration": "s3:PutBucketNotification",
    "PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "UploadPart": "s3:PutObject",
    "UploadPartCopy": "s3:PutObject",
}

# an object's version is another permission than the object
S3_VERSIONED = {"s3:GetObject": "s3:GetObjectVersion", "s3:DeleteObject": "s3:DeleteObjectVersion"}

# https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
LAMBDA = {"Invoke": "lambda:InvokeFunction", "InvokeWithResponseStream": "lambda:InvokeFunction"}


def prefix_of(call: Call) -> str:
    """The service's name in IAM."""
    return PREFIXES.get(call.signature.service, call.signature.service)


def action_of(call: Call) -> str:
    """The action that the call is, in IAM's spelling."""
    match call.service:
        case "s3":
            return _s3(call)
        case "apigateway" | "apigatewayv2":
            # https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-iam-policy-examples.html
            return f"apigateway:{call.request.method}"
        case "lambda":
            return LAMBDA.get(call.operation, f"lambda:{call.operation}")
    return f"{prefix_of(call)}:{call.operation}"


def _s3(call: Call) -> str:
    action = S3.get(call.operation, f"s3:{call.operation}")
    objects = call.parameters.get("Delete", {}).get("Objects", [call.parameters])
    return S3_VERSIONED.get(action, action) if any(one.get("VersionId") for one in objects) else action
