import CurlTransport
import HTTPTransport
import Testing

/// A transport that the suite is run for.
struct HTTPTransportSubject: Sendable, CustomTestStringConvertible {
    var name: String
    var make: @Sendable (HTTPTransportSettings) -> any HTTPTransport

    var testDescription: String { name }

    /// Every implementation; one that is not listed is not tested, so a new one belongs here.
    static let all = [
        HTTPTransportSubject(name: "CurlTransport") { CurlTransport(.init($0)) },
        HTTPTransportSubject(name: "CurlTransport with two owner threads") {
            CurlTransport(.init($0, ownerThreads: 2))
        },
    ]

    /// Runs `body` with a transport and shuts it down afterwards.
    func with<Value>(
        _ settings: HTTPTransportSettings = .patient, _ body: (any HTTPTransport) async throws -> Value
    ) async throws -> Value {
        let transport = make(settings)
        do {
            let value = try await body(transport)
            await transport.shutdown(grace: .zero)
            return value
        } catch {
            await transport.shutdown(grace: .zero)
            throw error
        }
    }
}

extension HTTPTransportSettings {
    /// Limits that no test reaches, however busy the machine is: a test that is about a limit sets its own.
    static let patient = HTTPTransportSettings(connectTimeout: .seconds(600), requestTimeout: .seconds(600))

    /// These settings with something changed.
    func with(_ change: (inout HTTPTransportSettings) -> Void) -> HTTPTransportSettings {
        var settings = self
        change(&settings)
        return settings
    }
}

extension HTTPTransport {
    /// The failure of a request that must not succeed.
    func failure(of request: HTTPRequest) async -> HTTPFailure? {
        do throws(HTTPFailure) {
            _ = try await execute(request)
            return nil
        } catch {
            return error
        }
    }
}
