import Foundation
import GatewayConfiguration
import GatewayOutbox
import GatewayServer
import GatewayWebhooks
import HTTPTransport
import NotificationGateway

// What the parts ask of each other, said in each other's words.

extension OutboxGateway {
    /// A gateway that is reloaded.
    init(_ gateway: ReloadableGateway) {
        self.init(
            send: { await gateway.send($0) },
            carriers: { message in await gateway.withCurrent { Carriers(of: message, in: $0) } })
    }
}

extension ServedGateway {
    /// A gateway that is reloaded.
    init(_ gateway: ReloadableGateway) {
        self.init(
            examine: { message in await gateway.withCurrent { $0.examine(message) } },
            explain: { message in await gateway.withCurrent { $0.explain(message) } },
            health: { await gateway.withCurrent { $0.health } },
            providers: { await gateway.withCurrent { Self.capabilities(of: $0) } })
    }
}

extension WebhookEndpoint {
    /// A webhook of the configuration.
    init(_ webhook: ServerSettings.Webhook) throws {
        let ranges = try webhook.allowedNetworks.map { try AddressRange($0) }
        let events = Set(webhook.events.compactMap(EntryState.init))
        try self.init(
            name: WebhookName(rawValue: webhook.name), url: webhook.url, secrets: webhook.secrets,
            events: events.isEmpty ? Self.allEvents : events,
            tenants: webhook.tenants.isEmpty ? nil : Set(webhook.tenants.map(Tenant.init)),
            recipients: webhook.revealsRecipients ? .full : .masked, addresses: .publicOnly(allowing: ranges),
            // Who names a private network knows where plain HTTP goes.
            allowPlainHTTP: !ranges.isEmpty)
    }
}
