"""From logical ids, as the Framework names them, to the configuration that causes the resource."""

from __future__ import annotations

from typing import Any

import pytest

from sls_leastpriv.read.framework_names import alphanumeric, normalized, path_name, websocket_route
from sls_leastpriv.read.resource_places import ConfigPath, ResourcePlaces

CONFIG: dict[str, Any] = {
    "service": "orders",
    "provider": {
        "name": "aws",
        "iam": {"role": {"statements": []}},
        "logs": {"restApi": True, "httpApi": True},
        "httpApi": {"authorizers": {"my-jwt": {"type": "jwt"}}},
        "apiGateway": {
            "apiKeys": [{"free": ["a", {"name": "b"}]}, "loose"],
            "usagePlan": [{"free": {}}],
            "request": {"schemas": {"post-create-model": {}}},
        },
    },
    "layers": {"common": {"path": "l", "allowedAccounts": ["*"]}},
    "functions": {
        "api": {
            "events": [
                {"http": "GET /"},
                {"http": {"path": "users/{id}/{proxy+}", "method": "any", "cors": True, "authorizer": "my-auth"}},
                {"http": {"path": "/users/", "method": "POST", "request": {"schemas": {"application/json": {}}}}},
                {"httpApi": "*"},
                {"httpApi": {"path": "/a/{b}", "method": "*"}},
                {"httpApi": "post /a-b/c_d"},
                {"websocket": "$connect"},
                {"websocket": {"route": "chat/send-it", "authorizer": {"name": "ws_auth"}}},
            ],
            "url": True,
            "provisionedConcurrency": 1,
            "destinations": {"onFailure": "x"},
        },
        "api-admin": {"handler": "x"},
        "my-auth": {},
        "ws_auth": {},
        "work": {
            "name": "orders-dev-work",
            "events": [
                {"schedule": {"rate": ["rate(1 hour)", "rate(2 hours)"]}},
                {"sqs": "arn:aws:sqs:us-east-1:1:jobs.fifo"},
                {"schedule": "rate(1 day)"},
                {"sqs": {"arn": {"Fn::GetAtt": ["Dead", "Arn"]}}},
                {"stream": {"type": "dynamodb", "arn": "arn:aws:dynamodb:us-east-1:1:table/t-1/stream/x"}},
                {"stream": {"type": "kinesis", "arn": {"Fn::ImportValue": "the-stream"}, "consumer": True}},
                {"sns": "arn:aws:sns:us-east-1:1:ext"},
                {"sns": {"topicName": "own-topic", "redrivePolicy": {"deadLetterTargetRef": "Dead"}}},
                {"s3": "own.bucket"},
                {"s3": {"bucket": "other", "existing": True}},
                {"eventBridge": {"pattern": {}}},
                {"eventBridge": {"name": "my-rule", "eventBus": "my-bus", "pattern": {}}},
                {"cognitoUserPool": {"pool": "pool", "trigger": "PreSignUp"}},
                {"alb": {"listenerArn": "a", "priority": 7}},
                {"alb": {"listenerArn": "b", "priority": 9}},
                {"msk": {"arn": "arn:aws:kafka:us-east-1:1:cluster/ClusterName/u-1", "topic": "mytopic"}},
                {"msk": {"arn": "arn:aws:kafka:us-east-1:1:cluster/ClusterName/u-1", "topic": "other"}},
                {"cloudwatchLog": "/a"},
                {"cloudwatchLog": "/b"},
                "alexaSkill",
                {"iot": {"sql": "x"}},
                {"cloudFront": {"origin": "x"}},
                {"sns": {"topicName": "third"}},
                {"kafka": {"topic": "k"}},
                {"activemq": {"queue": "q"}},
                {"rabbitmq": {"queue": "q"}},
                {"cognitoUserPool": {"pool": "ext", "existing": True}},
                {"cloudwatchEvent": {"event": {}}},
            ],
        },
    },
    "resources": {
        "Resources": {
            "Jobs": {"Type": "AWS::SQS::Queue"},
            "ApiLogGroup": {"Properties": {"RetentionInDays": 1}},
            "PluginsOwn": {"Properties": {}},
        },
        "extensions": {"WorkLogGroup": {"DeletionPolicy": "Retain"}, "FromAPlugin": {"Metadata": {}}},
    },
}


def event(function: str, index: int, *more: str) -> ConfigPath:
    return ("functions", function, "events", index, *more)


CASES: list[tuple[str, str, ConfigPath | None]] = [
    ("Jobs", "AWS::SQS::Queue", ("resources", "Resources", "Jobs")),
    ("ApiLogGroup", "AWS::Logs::LogGroup", ("functions", "api")),
    ("PluginsOwn", "A::B::C", ("resources", "Resources", "PluginsOwn")),
    ("WorkLogGroup", "AWS::Logs::LogGroup", ("functions", "work")),
    ("FromAPlugin", "A::B::C", ("resources", "extensions", "FromAPlugin")),
    ("Unheard", "A::B::C", None),
    # functions
    ("ApiLambdaFunction", "AWS::Lambda::Function", ("functions", "api")),
    ("ApiDashadminLambdaFunction", "AWS::Lambda::Function", ("functions", "api-admin")),
    ("WsUnderscoreauthLogGroup", "AWS::Logs::LogGroup", ("functions", "ws_auth")),
    ("ApiLambdaVersionpUqJ8Xb0", "AWS::Lambda::Version", ("functions", "api")),
    ("ApiProvConcLambdaAlias", "AWS::Lambda::Alias", ("functions", "api", "provisionedConcurrency")),
    ("ApiLambdaFunctionUrl", "AWS::Lambda::Url", ("functions", "api", "url")),
    ("ApiLambdaPermissionFnUrl", "AWS::Lambda::Permission", ("functions", "api", "url")),
    ("ApiLambdaEvConf", "AWS::Lambda::EventInvokeConfig", ("functions", "api", "destinations")),
    ("ApiIamRoleLambdaExecution", "AWS::IAM::Role", ("functions", "api")),
    # REST API
    ("ApiGatewayRestApi", "AWS::ApiGateway::RestApi", ("provider", "apiGateway")),
    ("ApiGatewayDeployment1795466506087", "AWS::ApiGateway::Deployment", ("provider", "apiGateway")),
    ("ApiGatewayMethodGet", "AWS::ApiGateway::Method", event("api", 0)),
    ("ApiGatewayResourceUsers", "AWS::ApiGateway::Resource", event("api", 1)),
    ("ApiGatewayResourceUsersIdVarProxyVar", "AWS::ApiGateway::Resource", event("api", 1)),
    ("ApiGatewayMethodUsersIdVarProxyVarAny", "AWS::ApiGateway::Method", event("api", 1)),
    ("ApiGatewayMethodUsersIdVarProxyVarOptions", "AWS::ApiGateway::Method", event("api", 1, "http", "cors")),
    ("ApiGatewayMethodUsersPost", "AWS::ApiGateway::Method", event("api", 2)),
    ("ApiGatewayMethodUsersPostApplicationJsonModel", "AWS::ApiGateway::Model", event("api", 2)),
    ("ApiGatewayOrdersRequestValidator", "AWS::ApiGateway::RequestValidator", event("api", 2, "http", "request")),
    (
        "ApiGatewayPostCreateModelModel",
        "AWS::ApiGateway::Model",
        ("provider", "apiGateway", "request", "schemas", "post-create-model"),
    ),
    ("MyDashauthApiGatewayAuthorizer", "AWS::ApiGateway::Authorizer", event("api", 1, "http", "authorizer")),
    ("MyDashauthLambdaPermissionApiGateway", "AWS::Lambda::Permission", event("api", 1, "http", "authorizer")),
    ("ApiLambdaPermissionApiGateway", "AWS::Lambda::Permission", event("api", 0)),
    ("ApiGatewayApiKeyFree2", "AWS::ApiGateway::ApiKey", ("provider", "apiGateway", "apiKeys", 0, "free", 1)),
    ("ApiGatewayUsagePlanKeyFree1", "AWS::ApiGateway::UsagePlanKey", ("provider", "apiGateway", "apiKeys", 0, "free", 0)),
    ("ApiGatewayApiKey2", "AWS::ApiGateway::ApiKey", ("provider", "apiGateway", "apiKeys", 1)),
    ("ApiGatewayApiKey9", "AWS::ApiGateway::ApiKey", ("provider", "apiGateway", "apiKeys")),
    ("ApiGatewayUsagePlanFree", "AWS::ApiGateway::UsagePlan", ("provider", "apiGateway", "usagePlan")),
    ("ApiGatewayLogGroup", "AWS::Logs::LogGroup", ("provider", "logs", "restApi")),
    ("CustomApiGatewayAccountCloudWatchRole", "Custom::ApiGatewayAccountRole", ("provider", "logs", "restApi")),
    (
        "CustomDashresourceDashapigwDashcwDashroleLambdaFunction",
        "AWS::Lambda::Function",
        ("provider", "logs", "restApi"),
    ),
    # HTTP API, WebSocket
    ("HttpApi", "AWS::ApiGatewayV2::Api", ("provider", "httpApi")),
    ("HttpApiStage", "AWS::ApiGatewayV2::Stage", ("provider", "httpApi")),
    ("HttpApiLogGroup", "AWS::Logs::LogGroup", ("provider", "logs", "httpApi")),
    ("HttpApiRouteDefault", "AWS::ApiGatewayV2::Route", event("api", 3)),
    ("HttpApiRouteAnyABVar", "AWS::ApiGatewayV2::Route", event("api", 4)),
    ("HttpApiRoutePostADashbCd", "AWS::ApiGatewayV2::Route", event("api", 5)),
    ("HttpApiIntegrationApi", "AWS::ApiGatewayV2::Integration", event("api", 3)),
    ("HttpApiAuthorizerMyDashjwt", "AWS::ApiGatewayV2::Authorizer", ("provider", "httpApi", "authorizers", "my-jwt")),
    (
        "MyDashjwtLambdaAuthorizerPermissionHttpApi",
        "AWS::Lambda::Permission",
        ("provider", "httpApi", "authorizers", "my-jwt"),
    ),
    ("WebsocketsApi", "AWS::ApiGatewayV2::Api", event("api", 6)),
    ("WebsocketsDeploymentStage", "AWS::ApiGatewayV2::Stage", event("api", 6)),
    ("SconnectWebsocketsRoute", "AWS::ApiGatewayV2::Route", event("api", 6)),
    ("chatSlashsendDashitWebsocketsRoute", "AWS::ApiGatewayV2::Route", event("api", 7)),
    ("ApiWebsocketsIntegration", "AWS::ApiGatewayV2::Integration", event("api", 6)),
    ("WsUnderscoreauthWebsocketsAuthorizer", "AWS::ApiGatewayV2::Authorizer", event("api", 7, "websocket", "authorizer")),
    # other events
    ("WorkEventsRuleSchedule2", "AWS::Events::Rule", event("work", 0)),
    ("WorkEventsRuleSchedule3", "AWS::Events::Rule", event("work", 2)),
    ("WorkLambdaPermissionEventsRuleSchedule3", "AWS::Lambda::Permission", event("work", 2)),
    ("WorkSchedulerSchedule3", "AWS::Scheduler::Schedule", event("work", 2)),
    ("WorkEventsRuleSchedule4", "AWS::Events::Rule", ("functions", "work")),
    ("WorkEventSourceMappingSQSJobsfifo", "AWS::Lambda::EventSourceMapping", event("work", 1)),
    ("WorkEventSourceMappingSQSDead", "AWS::Lambda::EventSourceMapping", event("work", 3)),
    ("WorkEventSourceMappingSQSUnheard", "AWS::Lambda::EventSourceMapping", ("functions", "work")),
    ("WorkEventSourceMappingDynamodbT1", "AWS::Lambda::EventSourceMapping", event("work", 4)),
    ("WorkEventSourceMappingKinesisThestream", "AWS::Lambda::EventSourceMapping", event("work", 5)),
    ("WorkThestreamConsumerStreamConsumer", "AWS::Kinesis::StreamConsumer", event("work", 5)),
    ("WorkEventSourceMappingMSKClusterNameMytopic", "AWS::Lambda::EventSourceMapping", event("work", 15)),
    ("WorkEventSourceMappingMSKClusterNameOther", "AWS::Lambda::EventSourceMapping", event("work", 16)),
    ("WorkEventSourceMappingKafkaK", "AWS::Lambda::EventSourceMapping", event("work", 23)),
    ("WorkEventSourceMappingActiveMQQ", "AWS::Lambda::EventSourceMapping", event("work", 24)),
    ("WorkEventSourceMappingRabbitMQQ", "AWS::Lambda::EventSourceMapping", event("work", 25)),
    ("WorkSnsSubscriptionExt", "AWS::SNS::Subscription", event("work", 6)),
    ("SNSTopicOwntopic", "AWS::SNS::Topic", event("work", 7)),
    ("OwntopicToWorkDLQPolicy", "AWS::SQS::QueuePolicy", event("work", 7, "sns", "redrivePolicy")),
    ("WorkLambdaPermissionOwntopicSNS", "AWS::Lambda::Permission", event("work", 7)),
    ("SNSTopicThird", "AWS::SNS::Topic", event("work", 22)),
    ("S3BucketOwnbucket", "AWS::S3::Bucket", event("work", 8)),
    ("WorkLambdaPermissionOwnbucketS3", "AWS::Lambda::Permission", event("work", 8)),
    ("WorkCustomS31", "Custom::S3", event("work", 9)),
    ("CustomDashresourceDashexistingDashs3LambdaFunction", "AWS::Lambda::Function", event("work", 9)),
    ("IamRoleCustomResourcesLambdaExecution", "AWS::IAM::Role", event("work", 9)),
    ("Ordersdevworkrule11EventBridgeRule", "AWS::Events::Rule", event("work", 10)),
    ("WorkEventBridgeLambdaPermission11", "AWS::Lambda::Permission", event("work", 10)),
    ("MyruleEventBridgeRule", "AWS::Events::Rule", event("work", 11)),
    ("MyDashbusEventBridgeEventBus", "AWS::Events::EventBus", event("work", 11, "eventBridge", "eventBus")),
    ("CognitoUserPoolPool", "AWS::Cognito::UserPool", event("work", 12)),
    ("WorkLambdaPermissionCognitoUserPoolPoolTriggerSourcePreSignUp", "AWS::Lambda::Permission", event("work", 12)),
    ("WorkCustomCognitoUserPool1", "Custom::CognitoUserPool", event("work", 26)),
    ("WorkAlbListenerRule9", "AWS::ElasticLoadBalancingV2::ListenerRule", event("work", 14)),
    ("WorkAlbTargetGroup50dc", "AWS::ElasticLoadBalancingV2::TargetGroup", event("work", 13)),
    ("WorkLogsSubscriptionFilterCloudWatchLog2", "AWS::Logs::SubscriptionFilter", event("work", 18)),
    ("WorkLambdaPermissionAlexaSkill1", "AWS::Lambda::Permission", event("work", 19)),
    ("WorkIotTopicRule1", "AWS::IoT::TopicRule", event("work", 20)),
    ("WorkEventsRuleCloudWatchEvent1", "AWS::Events::Rule", event("work", 27)),
    ("CloudFrontDistribution", "AWS::CloudFront::Distribution", event("work", 21)),
    ("WorkLambdaFunctionInvokePermission", "AWS::Lambda::Permission", event("work", 21)),
    # the service
    ("ServerlessDeploymentBucket", "AWS::S3::Bucket", ("service",)),
    ("ServerlessDeploymentBucketPolicy", "AWS::S3::BucketPolicy", ("service",)),
    ("IamRoleLambdaExecution", "AWS::IAM::Role", ("provider", "iam", "role")),
    ("CommonLambdaLayer", "AWS::Lambda::LayerVersion", ("layers", "common")),
    ("CommonLambdaLayer3fa9c0", "AWS::Lambda::LayerVersion", ("layers", "common")),
    ("CommonWildLambdaLayerPermission", "AWS::Lambda::LayerVersionPermission", ("layers", "common", "allowedAccounts")),
]


@pytest.mark.parametrize(("logical_id", "type", "place"), CASES, ids=[case[0] for case in CASES])
def test_place(logical_id: str, type: str, place: ConfigPath | None) -> None:
    assert ResourcePlaces(CONFIG).of(logical_id, type) == place


def test_the_deployment_bucket_and_api_settings_where_they_are_set() -> None:
    config = {"service": "x", "provider": {"deploymentBucket": {"name": "b"}, "iamRoleStatements": []}}
    assert ResourcePlaces(config).of("ServerlessDeploymentBucketPolicy", "AWS::S3::BucketPolicy") == (
        "provider",
        "deploymentBucket",
    )
    assert ResourcePlaces(config).of("IamRoleLambdaExecution", "AWS::IAM::Role") == ("provider", "iamRoleStatements")
    assert ResourcePlaces(config).of("HttpApi", "AWS::ApiGatewayV2::Api") == ("provider",)


def test_long_rule_names_are_cut_and_hashed() -> None:
    """eventBridge/utils.js: 31 characters less the suffix, an MD5, and `-rule-N`."""
    name = "a-service-with-a-long-name-production-a-function-with-a-long-name"
    config = {"functions": {"f": {"name": name, "events": [{"eventBridge": {"pattern": {}}}, {"eventBridge": {"pattern": {}}}]}}}
    logical_id = "Aservicewithalongname0123456789abcdef0123456789abcdefrule2EventBridgeRule"
    assert ResourcePlaces(config).of(logical_id, "AWS::Events::Rule") == ("functions", "f", "events", 1)


def test_resources_and_functions_as_lists() -> None:
    config = {
        "functions": [{"a": {"events": [{"sqs": "x"}]}}, None, {"b": {}}],
        "resources": [{"Resources": {"One": {"Type": "x"}}}, None, {"Resources": {"Two": {"Type": "x"}}}],
    }
    places = ResourcePlaces(config)
    assert places.of("Two", "x") == ("resources", "Resources", "Two")
    assert places.of("AEventSourceMappingSQSX", "AWS::Lambda::EventSourceMapping") == ("functions", "a", "events", 0)
    assert places.of("BLambdaFunction", "AWS::Lambda::Function") == ("functions", "b")


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"functions": None, "resources": None, "provider": None, "layers": None},
        {"functions": "x", "resources": "x", "provider": "aws", "layers": "x"},
        {"functions": {"a": None, "b": "x", "c": {"events": None}, "d": {"events": [None, 1, [], {}]}}},
        {
            "functions": {
                "e": {
                    "events": [
                        {kind: odd}
                        for kind in (
                            "http",
                            "httpApi",
                            "websocket",
                            "s3",
                            "sns",
                            "sqs",
                            "schedule",
                            "eventBridge",
                            "cognitoUserPool",
                        )
                        for odd in (None, "", 1, [], {}, {"path": 1, "method": 2, "bucket": {"Ref": "x"}, "rate": [], "arn": {}})
                    ]
                }
            }
        },
        {"provider": {"apiGateway": {"apiKeys": "x", "request": {"schemas": []}}, "httpApi": True, "logs": {"restApi": None}}},
        {"resources": {"Resources": {"ApiGatewayRestApi": None}, "extensions": []}},
    ],
)
def test_odd_configurations_are_no_error(config: dict[str, Any]) -> None:
    places = ResourcePlaces(config)
    for logical_id, type, _place in CASES:
        places.of(logical_id, type)
        places.of(logical_id.replace("Work", "E").replace("Api", "E", 1), type)


@pytest.mark.parametrize(
    ("function", "name", "expected"),
    [
        (normalized, "my-fn_a", "MyDashfnUnderscorea"),
        (alphanumeric, "my.topic-1", "Mytopic1"),
        (path_name, "", ""),
        (path_name, "users/{userId}/{proxy+}", "UsersUseridVarProxyVar"),
        (path_name, "a-b/c_d.json", "ADashbCdjson"),
        (path_name, "GET /x", "GetX"),
        (websocket_route, "$default", "Sdefault"),
        (websocket_route, "a/b-c_d.e", "aSlashbDashcUnderscoredPeriode"),
    ],
)
def test_names(function: Any, name: str, expected: str) -> None:
    assert function(name) == expected
