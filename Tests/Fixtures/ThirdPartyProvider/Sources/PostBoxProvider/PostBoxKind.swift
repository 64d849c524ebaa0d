import HTTPProviderSupport
import HTTPTransport
import NotificationGateway

/// The kind of provider that a program puts into its catalogue.
public enum PostBoxKind {
    static let endpoint = OptionField("endpoint", .string, required: true, help: "PostBox's host.")
    static let token = OptionField("token", .secret, required: true, help: "The account's token.")

    /// `type: post-box`; the closure makes the transport of each provider, such as `{ CurlTransport($0) }`.
    public static func kind(_ make: @escaping @Sendable (HTTPTransportSettings) -> any HTTPTransport) -> ProviderKind {
        ProviderKind(
            type: "post-box", summary: "Text messages through PostBox.",
            capabilities: Capabilities(channels: [.sms], content: [.text]),
            options: OptionSchema([endpoint, token] + HTTPProviderOptions.fields)
        ) { values, context throws(InvalidOptions) in
            var check = OptionCheck()
            let allowsPlainHTTP = HTTPProviderOptions.allowsPlainHTTP(values)
            let host = values.string(endpoint) ?? ""
            let address = check(try HTTPEndpoint(host, option: endpoint.name, allowPlainHTTP: allowsPlainHTTP))
            let settings = check.all(try HTTPProviderOptions.transportSettings(from: values))
            guard let address, let settings, let token = values.secret(token) else { throw check.found }
            return PostBoxProvider(
                endpoint: address, token: token, clock: context.clock, transport: make(settings))
        }
    }
}
