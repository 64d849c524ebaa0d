import Foundation
import GatewayTestKit
import NotificationGateway
import Testing

@testable import GatewayOutbox

@Suite("The trail of a send")
struct SendResultTests {
    private static func delivery(retries: Int) async throws -> Delivery {
        let busy = ProviderError(
            .vendorError, .rejected, vendorCode: "isp.BUSY", message: "busy", requestID: "r-9",
            retryAfter: .milliseconds(1500))
        let gateway = try Gateway(
            GatewaySettings(
                mode: .live, defaultCountry: "CN",
                providers: [GatewaySettings.ConfiguredProvider(name: "p", provider: RecordingProvider([.fail(busy)]))],
                routes: [Route(name: "all", candidates: [Route.Candidate("p")], retries: retries)]))
        return await gateway.send(
            Message(id: "a", to: ["13800138000"], content: .text("hello"), category: .verification))
    }

    @Test("has the words of the command line's JSON")
    func words() async throws {
        let result = SendResult(try await Self.delivery(retries: 0))
        let json = try JSONEncoder().encode(result.attempts)
        let objects = try #require(try JSONSerialization.jsonObject(with: json) as? [[String: Any]])
        let attempt = try #require(objects.first)
        #expect(attempt["provider"] as? String == "p" && attempt["reference"] as? String == "a-1")
        #expect(attempt["vendor_code"] as? String == "isp.BUSY" && attempt["request_id"] as? String == "r-9")
        #expect(attempt["retry_after_ms"] as? Double == 1500 && attempt["reason"] as? String == "vendor-error")
        #expect(attempt["acceptance"] as? String == "rejected" && attempt["next"] is String && attempt["why"] is String)
        #expect(
            attempt["duration_ms"] is Double && attempt["number"] as? Int == 1 && attempt["recipients"] as? Int == 1)
        #expect(try JSONDecoder().decode(SendResult.self, from: try JSONEncoder().encode(result)) == result)
    }

    @Test("is written as its coding says, with every member that it can have")
    func written() async throws {
        var result = SendResult(try await Self.delivery(retries: 2))
        result.recipients[0].vendorMessageID = "b-1"
        result.recipients[0].receipt = ReceiptWord(
            isDelivered: true, code: "DELIVERED", explanation: "there", time: .at(60))
        let inquiry = #"{"asked":2,"next":"stop","why":"w","reason":"busy","vendor_code":"c","vendor_message":"m/\""}"#
        result.attempts[0].reconciliation = try JSONDecoder().decode(
            AttemptRecord.Reconciliation.self, from: Data(inquiry.utf8))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        #expect(result.json == String(decoding: try encoder.encode(result), as: UTF8.self))
        for part in [result.attempts[0], result.recipients[0]] as [Any] {
            let empty = Mirror(reflecting: part).children.filter { "\($0.value)" == "nil" }
            #expect(empty.isEmpty, "not every member is written here")
        }
    }

    @Test("is kept up to a bound, and says how much is missing")
    func bounded() async throws {
        var delivery = try await Self.delivery(retries: 0)
        delivery.attempts = Array(repeating: try #require(delivery.attempts.first), count: 250)
        let result = SendResult(delivery)
        #expect(result.attempts.count == 100 && result.requests == 250 && result.droppedAttempts == 150)
    }

    @Test("is missing whole in what the first version wrote")
    func firstVersion() throws {
        let json = #"{"recipients":[{"address":"1","outcome":"accepted"}],"requests":2}"#
        let result = try JSONDecoder().decode(SendResult.self, from: Data(json.utf8))
        #expect(result.attempts.isEmpty && result.droppedAttempts == 2 && result.recipients.first?.receipt == nil)
    }
}
