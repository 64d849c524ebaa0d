import GatewayOutbox
import MessageAuthentication
import NotificationGateway

/// The id of a webhook: one for an event and an endpoint, the same however often it is told.
///
/// It is a hash, because what callers choose, such as the id of a message, must not come to stand in what is signed beside the
/// body; and it holds the event's time, because sequences begin anew with a new outbox.
enum WebhookID {
    static func of(_ event: OutboxEvent, for endpoint: WebhookName) -> String {
        let parts = [
            endpoint.rawValue, event.messageID.rawValue, event.state.rawValue, String(event.sequence),
            String(event.time.nanosecondsSinceEpoch),
        ]
        var hash = MessageDigest(.sha256)
        for part in parts { hash.update(Array("\(part.utf8.count):\(part)".utf8)) }
        return "msg_" + hash.finalized().hexLowercase.prefix(32)
    }
}
