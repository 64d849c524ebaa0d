import GatewayOutbox
import HTTPTransport
import NotificationGateway
import Testing

@testable import GatewayWebhooks

@Suite("An endpoint of webhooks")
struct EndpointTests {
    private func part(
        url: String = "https://a.example/x", secrets: [String] = [WebhookEndpoint.secret], allowPlainHTTP: Bool = false,
        events: Set<EntryState> = [.accepted]
    ) -> InvalidWebhookEndpoint.Part? {
        do throws(InvalidWebhookEndpoint) {
            _ = try WebhookEndpoint(
                name: "a", url: url, secrets: secrets.map { Secret($0) }, events: events, allowPlainHTTP: allowPlainHTTP
            )
            return nil
        } catch {
            return error.part
        }
    }

    @Test("is at an https URL; at an http one only where that is allowed")
    func urls() {
        for url in ["https://a.example", "HTTPS://a.example:8443/x?token=a@b", "https://[2001:200::1]/"] {
            #expect(part(url: url) == nil, "\(url)")
        }
        for url in ["http://a.example/", "HTTP://127.0.0.1/"] {
            #expect(part(url: url) == .url && part(url: url, allowPlainHTTP: true) == nil, "\(url)")
        }
        for url in [
            "", "a.example", "ftp://a.example", "https://", "https://user:pw@a.example/", "https://user@a.example/",
            "https://a.example/x#y", "https://a.example\\@b.example/", "https://ä.example/",
        ] { #expect(part(url: url, allowPlainHTTP: true) == .url, "\(url)") }
    }

    @Test("has one secret or two, and is told of states that a message comes to rest in")
    func parts() {
        #expect(part(secrets: []) == .secrets)
        #expect(part(secrets: Array(repeating: WebhookEndpoint.secret, count: 3)) == .secrets)
        #expect(part(secrets: Array(repeating: WebhookEndpoint.secret, count: 2)) == nil)
        #expect(part(events: []) == .events && part(events: [.accepted, .sending]) == .events)
        #expect(part(events: WebhookEndpoint.allEvents) == nil)
        #expect(
            WebhookEndpoint.allEvents
                == [.accepted, .delivered, .undelivered, .rejected, .uncertain, .expired, .cancelled, .dead])
    }

    @Test("shows neither its secret nor the path of its URL")
    func masked() throws {
        let endpoint = try WebhookEndpoint.sample()
        var dumped = ""
        dump(endpoint, to: &dumped)
        for text in ["\(endpoint)", String(reflecting: endpoint), dumped] {
            #expect(text.contains("a.example") && !text.contains("TOKEN") && !text.contains("MfKQ"), "\(text)")
        }
    }

    @Test("connects to the public Internet alone, where nothing else is said")
    func addresses() throws {
        #expect(try WebhookEndpoint.sample().addresses == .publicOnly())
    }
}
