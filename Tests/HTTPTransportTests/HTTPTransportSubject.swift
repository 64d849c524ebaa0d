import CurlTransport
import HTTPTransport
import Testing

/// A transport that the suite is run for.
struct HTTPTransportSubject: Sendable, CustomTestStringConvertible {
    var name: String
    /// How many requests to one host run at a time when one connection is allowed.
    var lanes = 1
    var make: @Sendable (HTTPTransportSettings) -> any HTTPTransport

    var testDescription: String { name }

    /// Every implementation; one that is not listed is not tested, so a new one belongs here.
    static let all = [
        HTTPTransportSubject(name: "CurlTransport") { CurlTransport(.init($0)) },
        HTTPTransportSubject(name: "CurlTransport with two owner threads", lanes: 2) {
            CurlTransport(.init($0, ownerThreads: 2))
        },
    ]

    /// Runs `body` with a transport and shuts it down afterwards.
    func with<Value>(
        _ settings: HTTPTransportSettings = .init(), _ body: (any HTTPTransport) async throws -> Value
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
