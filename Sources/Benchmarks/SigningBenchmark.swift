import AliyunProvider
import HTTPProviderSupport
import HTTPTransport
import NotificationGateway

/// A whole signed request: parameters, time stamp, nonce, canonical form, signature, URL and headers.
enum SigningBenchmark {
    static func closures() throws -> [(String, () -> Void)] {
        [("sign_v1_ns", try closure(.v1)), ("sign_v3_ns", try closure(.v3))]
    }

    /// The request that the gateway would send to an endpoint.
    static func request(endpoint: String, _ signature: SignatureVersion) throws -> HTTPRequest {
        let (provider, request) = try parts(endpoint: endpoint, signature)
        return try provider.makeSendRequest(request)
    }

    private static func closure(_ signature: SignatureVersion) throws -> () -> Void {
        let (provider, request) = try parts(endpoint: "dysmsapi.aliyuncs.com", signature)
        return { HMACBenchmark.sink(try? provider.makeSendRequest(request)) }
    }

    private static func parts(
        endpoint: String, _ signature: SignatureVersion
    ) throws -> (DysmsProvider, ProviderRequest) {
        let settings = DysmsSettings(
            accessKey: AccessKey(id: "benchmark-key-id", secret: Secret("benchmark-secret")),
            endpoint: try HTTPEndpoint(endpoint, option: "endpoint", allowPlainHTTP: false),
            signature: signature, signName: "云通信")
        let provider = DysmsProvider(settings, context: ProviderContext(name: "aliyun"), transport: NoTransport())
        let request = ProviderRequest(
            messageID: "benchmark-message", reference: "benchmark-message-1",
            recipients: [.phone(try PhoneNumber(parsing: "+8613800138000"))], category: .verification,
            content: ProviderContent(
                template: "login-code",
                parameters: [
                    ProviderContent.Parameter("code", "271828"), ProviderContent.Parameter("product", "云通信"),
                ], binding: OptionValues(["template_code": .string("SMS_0000")])),
            deadline: MonotonicTime.now.advanced(by: .seconds(600)))
        return (provider, request)
    }
}

/// Never asked: only the making of requests is measured.
private struct NoTransport: HTTPTransport {
    func execute(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
        throw HTTPFailure(phase: .notStarted, cause: .unreachable, detail: "there is no network here")
    }

    func shutdown(grace: Duration) async {}
}
