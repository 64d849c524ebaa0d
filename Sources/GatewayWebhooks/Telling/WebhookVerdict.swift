import HTTPProviderSupport
import HTTPTransport
import NotificationGateway

/// What an endpoint's answer means.
enum WebhookVerdict: Sendable, Hashable {
    /// It has taken the event.
    case taken
    /// It wants no more webhooks, ever.
    case gone
    /// It has not, as far as is known, and is told again; after the pause that it named at the earliest.
    case again(after: Duration?)

    /// An answer: redirects are not followed, as the receiver could send us anywhere.
    init(_ response: HTTPResponse, now: WallTime) {
        self =
            switch response.status {
            case 200...299: .taken
            case 410: .gone
            case 429, 503: .again(after: RetryAfter.pause(in: response.headers, now: now))
            default: .again(after: nil)
            }
    }
}
