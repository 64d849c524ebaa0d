import CurlTransport
import GatewayOutbox
import GatewayWebhooks
import HTTPTransport
import NotificationGateway

func tellTheShop(secret: Secret) async throws {
    let store = try SQLiteOutboxStore(path: "outbox.sqlite", events: WebhookEndpoint.allEvents)
    let shop = try WebhookEndpoint(
        name: "shop", url: "https://shop.example/hooks/messages", secrets: [secret],
        events: [.delivered, .undelivered, .rejected, .uncertain, .expired, .dead], tenants: ["shop"],
        addresses: .publicOnly(allowing: ["10.20.0.0/16"]))
    let dispatcher = WebhookDispatcher(store: store, endpoints: [shop]) { settings, addresses in
        CurlTransport(CurlTransportOptions(settings, addresses: addresses))
    }
    await dispatcher.start()
    // At the end, as soon as answers that are under way have come:
    await dispatcher.stop(within: .seconds(10))
}
