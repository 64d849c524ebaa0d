import LoopbackServer
import NotificationGateway
import Testing
import VendorSandbox

@Suite("A message over real sockets")
struct DeliveryTests {
    @Test("tells each of many recipients its own, by the vendor's batches", arguments: ["v1", "v3"])
    func individual(signature: String) async throws {
        let world = try await World.make(signature: signature)
        let numbers = (0..<230).map { Address.text("138\(10_000_000 + $0)") }
        let delivery = await world.gateway.send(
            Message(
                to: numbers, template: "shipped",
                individualParameters: Dictionary(
                    uniqueKeysWithValues: numbers.enumerated().map { ($1, ["text": "parcel \($0)"]) })))
        #expect(delivery.outcome == .accepted && delivery.recipients.count == 230)
        let inbox = await world.sandbox.inbox()
        #expect(inbox.count == 230)
        for message in inbox {
            let place = (Int(message.phone.suffix(8)) ?? 0) - 10_000_000
            #expect(message.template_param == #"{"text":"parcel \#(place)"}"#)
        }
        #expect(await world.sandbox.requests().map(\.action) == ["SendBatchSms", "SendBatchSms", "SendBatchSms"])
        await world.close()
    }

    @Test("reaches the phone, signed in either way", arguments: ["v1", "v3"])
    func accepted(_ signature: String) async throws {
        let world = try await World.make(signature: signature)
        let delivery = await world.code()
        #expect(delivery.outcome == .accepted)
        #expect(delivery.trail == ["primary ok accepted done"])
        let received = try #require(await world.sandbox.inbox().first)
        #expect(received.phone == "13800138000")
        #expect(received.text == "【云通信】您的验证码是271828，5分钟内有效")
        #expect(received.out_id == delivery.attempts.first?.reference)
        #expect(received.biz_id == delivery.recipients.first?.vendorMessageID)
        await world.close()
    }

    @Test("goes abroad with the template for abroad")
    func abroad() async throws {
        let world = try await World.make()
        #expect(await world.code(to: "+44 7700 900123").outcome == .accepted)
        #expect(await world.sandbox.inbox().map(\.template_code) == ["SMS_1000"])
        await world.close()
    }

    @Test("waits for a throttled vendor as long as it names, then goes to the next")
    func throttled() async throws {
        let world = try await World.make(route: "retries: 1")
        await world.script(account: "sandbox-key-id") {
            ($0.code, $0.message, $0.httpStatus, $0.headers) = (
                "Throttling.User", "slow down", 503, ["Retry-After": "0"]
            )
        }
        let delivery = await world.code()
        #expect(delivery.outcome == .accepted)
        #expect(
            delivery.trail == [
                "primary throttled rejected retry", "primary throttled rejected next-provider",
                "backup ok accepted done",
            ])
        #expect(await world.sandbox.inbox().count == 1)
        await world.close()
    }

    @Test("stops at once when the number is illegal")
    func illegal() async throws {
        let world = try await World.make()
        await world.script { $0.code = "isv.MOBILE_NUMBER_ILLEGAL" }
        let delivery = await world.code()
        #expect(delivery.outcome == .rejected)
        #expect(delivery.trail == ["primary invalid-recipient rejected stop"])
        #expect(await world.sandbox.inbox().isEmpty)
        await world.close()
    }

    @Test("goes to the next vendor when the credentials are wrong, and the provider is reported unhealthy")
    func wrongCredentials() async throws {
        let world = try await World.make(secret: "wrong")
        let delivery = await world.code()
        #expect(delivery.outcome == .accepted)
        #expect(delivery.trail == ["primary authentication-failed rejected next-provider", "backup ok accepted done"])
        #expect(delivery.attempts.first?.error?.vendorCode == "SignatureDoesNotMatch")
        await world.close()
    }

    @Test("goes to the next vendor when nobody listens")
    func deadEndpoint() async throws {
        let port = UnservedPort(.refuses)
        defer { port.close() }
        let world = try await World.make(route: "retries: 0", endpoint: "http://127.0.0.1:\(port.port)")
        let delivery = await world.code()
        #expect(delivery.trail == ["primary unreachable rejected next-provider", "backup ok accepted done"])
        await world.close()
    }

    @Test("of exact text survives quotes, line breaks, emoji and right-to-left marks")
    func exactText() async throws {
        let world = try await World.make()
        let text = "\"a\\b\"\n\t👩‍👩‍👧 \u{202E}rtl\u{202C} & = + % ~ * ' ( )"
        #expect(await world.news(text).outcome == .accepted)
        #expect(await world.sandbox.inbox().first?.template_param?.contains("👩‍👩‍👧") == true)
        await world.close()
    }

    @Test("to many goes in requests of a thousand, and each recipient has an outcome")
    func many() async throws {
        let world = try await World.make()
        let numbers = (0..<2_500).map { Address.text("1380\(1_000_000 + $0)") }
        let delivery = await world.news(to: numbers + ["13801000000", "12"])
        #expect(delivery.recipients.count == 2_501)
        #expect(delivery.recipients.count { $0.outcome == .accepted } == 2_500)
        #expect(delivery.attempts.map(\.recipients).sorted() == [500, 1_000, 1_000])
        let phones = await world.sandbox.inbox().map(\.phone)
        #expect(phones.count == 2_500 && Set(phones).count == 2_500)
        await world.close()
    }

    @Test("to many reaches all but the number that the vendor refuses")
    func oneBadNumber() async throws {
        let world = try await World.make(providers: "[primary]")
        await world.script(phone: "13801000123") { $0.code = "isv.MOBILE_NUMBER_ILLEGAL" }
        let delivery = await world.news(to: (0..<1_000).map { .text("1380\(1_000_000 + $0)") })
        #expect(delivery.recipients.filter { $0.outcome != .accepted }.map(\.address) == ["+8613801000123"])
        #expect(delivery.recipients[123].error?.reason == .invalidRecipient)
        #expect(delivery.attempts.first?.next == .narrow)
        let phones = await world.sandbox.inbox().map(\.phone)
        #expect(phones.count == 999 && Set(phones).count == 999)
        await world.close()
    }

    @Test("is sent once each when many are sent at once")
    func concurrent() async throws {
        let world = try await World.make()
        let gateway = world.gateway
        let accepted = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<300 {
                group.addTask {
                    let message = Message(
                        to: [.text("1380\(2_000_000 + number)")], template: "login-code", parameters: ["code": "271828"]
                    )
                    return await gateway.send(message).outcome == .accepted
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(accepted == 300)
        #expect(Set(await world.sandbox.inbox().map(\.phone)).count == 300)
        #expect(await world.sandbox.requests().count == 300)
        await world.close()
    }
}
