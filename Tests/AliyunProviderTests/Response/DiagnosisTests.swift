import GatewayTestKit
import HTTPTransport
import NotificationGateway
import Testing

@testable import AliyunProvider

/// What an error says beyond the vendor's own words.
struct DiagnosisTests {
    // MARK: The clock

    @Test(
        "an expired timestamp says by how much the local clock is off",
        arguments: [
            ("Fri, 02 Jan 2026 02:47:02 GMT", "the local clock is 17 min 3 s ahead of the vendor's"),
            ("Fri, 02 Jan 2026 03:24:05 GMT", "the local clock is 20 min behind the vendor's"),
            ("Thu, 01 Jan 2026 01:04:04 GMT", "the local clock is 1 d 2 h 1 s ahead of the vendor's"),
            ("Fri, 02 Jan 2026 03:04:05 GMT", "the local clock agrees with the vendor's"),
            ("yesterday", "check the local clock"),
        ])
    func clockSkew(date: String, expected: String) async throws {
        let step = ScriptedTransport.Step.code(
            "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.", status: 400,
            headers: [HTTPRequest.Header("Date", date)])
        let error = try await DysmsBench([step]).failure()
        #expect(error.reason == .configuration, "the credentials are not at fault")
        #expect(error.message.hasPrefix("Specified time stamp or date value is expired. ("))
        #expect(error.message.contains(expected), "\(error)")
    }

    // MARK: The signature

    /// What the vendor signed, as its error repeats it.
    private static func mismatch(
        _ version: SignatureVersion, _ text: @escaping @Sendable (String) -> String
    ) async throws -> ProviderError {
        // The string to sign is made again from what arrives, as the vendor does; a second provider with the same clock
        // and random numbers makes the same request.
        let twin = try DysmsBench { $0.signature = version }
        let call = try SendSms(signName: "云通信", phoneFormat: twin.provider.client.phoneFormat).call(for: twin.request())
        let signed = twin.provider.client.signer.stringToSign(call, twin.provider.client.stamp())
        let bench = try DysmsBench([.code("SignatureDoesNotMatch", text(signed), status: 400)]) {
            $0.signature = version
        }
        return try await bench.failure()
    }

    @Test(
        "a refused signature over the same text means that the secret is wrong", arguments: SignatureVersion.allCases)
    func wrongSecret(version: SignatureVersion) async throws {
        let error = try await Self.mismatch(version) {
            "Specified signature is not matched with our calculation. server string to sign is:\($0)"
        }
        #expect(error.reason == .authenticationFailed)
        #expect(error.acceptance == .rejected)
        #expect(error.message.hasPrefix("Specified signature is not matched with our calculation."))
        #expect(error.message.contains("so access_key_secret is wrong"))
        #expect(!error.message.contains("13800138000") && !error.message.contains("271828"))
    }

    @Test("a refused signature over another text means that requests are changed on the way")
    func changedRequest() async throws {
        for version in SignatureVersion.allCases {
            let error = try await Self.mismatch(version) { "not matched. string to sign is:\($0)%26Extra%3D1" }
            #expect(error.message.contains("the vendor signed another text"))
        }
    }

    @Test("a refused signature without the vendor's text points at the secret, and shows no number in any spelling")
    func noText() async throws {
        let error = try await Self.mismatch(.v1) { "server string to sign is：\($0)" }
        #expect(error.message.contains("(check access_key_secret)"))
        #expect(!error.message.contains("13800138000") && !error.message.contains("271828"), "\(error.message)")
    }

    // MARK: The list

    @Test(
        "the code of the blacklist is read by its text: a number on a list, or words in a variable",
        arguments: [
            ("黑名单管控", Reason.blockedRecipient), ("The number is on a blacklist", .blockedRecipient),
            ("", .blockedRecipient), ("变量中含有禁止的关键字", .invalidContent), ("Sensitive word in variable", .invalidContent),
        ])
    func blacklist(text: String, reason: Reason) async throws {
        let error = try await DysmsBench([.code("isv.BLACK_KEY_CONTROL_LIMIT", text)]).failure()
        #expect(error.reason == reason)
        #expect(error.acceptance == .rejected)
    }

    // MARK: No answer

    @Test(
        "without a whole answer, only what never left is rejected",
        arguments: [
            (HTTPFailure.Phase.notStarted, 0, Acceptance.rejected), (.nameResolution, 0, .rejected),
            (.connect, 0, .rejected), (.tls, 0, .rejected), (.sending, 0, .rejected), (.sending, 1, .unknown),
            (.waiting, 400, .unknown), (.receiving, 400, .unknown),
        ])
    func noAnswer(phase: HTTPFailure.Phase, bytesSent: Int, acceptance: Acceptance) async throws {
        for cause in HTTPFailure.Cause.allCases {
            let failure = HTTPFailure(phase: phase, cause: cause, bytesSent: bytesSent, detail: "it broke")
            let error = try await DysmsBench([.fail(failure)]).failure()
            #expect(error.acceptance == acceptance)
            #expect(error.message.hasSuffix(": it broke"))
        }
    }

    @Test("a call after shutdown is rejected, and the provider shuts its own transport down")
    func shutdown() async throws {
        let bench = try DysmsBench()
        await bench.provider.shutdown()
        await bench.provider.shutdown()
        #expect(bench.transport.isShutDown)
        #expect(try await bench.failure().acceptance == .rejected)
    }

    @Test("a passed deadline is rejected before any request; the time left bounds the others")
    func deadline() async throws {
        let bench = try DysmsBench()
        var request = try bench.request()
        request.deadline = bench.clock.now
        let error = try await bench.failure(of: request)
        #expect(error.reason == .deadlineExceeded && error.acceptance == .rejected)
        #expect(bench.transport.requests.isEmpty)
        request.deadline = bench.clock.now + .milliseconds(1_500)
        _ = try await bench.provider.send(request)
        #expect(bench.transport.requests.first?.timeout == .milliseconds(1_500))
    }
}
