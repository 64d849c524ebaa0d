package import HTTPProviderSupport
package import HTTPTransport

/// The API that a signer speaks to.
package struct RPCService: Sendable {
    /// Where it is.
    package var endpoint: HTTPEndpoint
    /// Its version: `2017-05-25`.
    package var version: String

    /// Describes a service.
    package init(endpoint: HTTPEndpoint, version: String = "2017-05-25") {
        self.endpoint = endpoint
        self.version = version
    }
}

/// Turns calls into signed HTTP requests. What stays the same between requests is prepared once.
package protocol RequestSigner: Sendable {
    /// The whole request, signed.
    func sign(_ call: RPCCall, _ stamp: RequestStamp) -> HTTPRequest

    /// The text that the signature of the same call and stamp covers. Holds personal data: only to compare it with the
    /// vendor's.
    func stringToSign(_ call: RPCCall, _ stamp: RequestStamp) -> String

    /// The headers and parameters of the signed request as plain text, in the order in which they are sent. Not masked.
    func plainFields(_ call: RPCCall, _ stamp: RequestStamp) -> [RPCParameter]
}
