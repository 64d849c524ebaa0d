import HTTPProviderSupport
import MessageAuthentication

/// A request in the form over which signature V3 goes, but for its path.
struct CanonicalRequest: Sendable {
    /// The hash of the body.
    let bodyHash: Digest
    private let method: String
    private let rest: String

    init(_ request: EndpointRequest, _ query: ParameterList, _ signedHeaders: [String]) {
        bodyHash = MessageDigest.digest(of: request.body, by: .sha256)
        method = request.method
        var writer = ByteWriter(capacity: 1_024)
        query.appendCanonical(to: &writer)
        writer.append("\n")
        for name in signedHeaders { writer.append("\(name):\(request.header(name) ?? "")\n") }
        writer.append("\n\(signedHeaders.joined(separator: ";"))\n\(bodyHash.hexLowercase)")
        rest = writer.string
    }

    /// `ACS3-HMAC-SHA256`, a line break and the hash of the request at a path.
    func stringToSign(at path: String) -> String {
        let hash = MessageDigest.digest(of: Array("\(method)\n\(path)\n\(rest)".utf8), by: .sha256)
        return "ACS3-HMAC-SHA256\n\(hash.hexLowercase)"
    }
}

extension EndpointRequest {
    /// The paths that a client may have signed: `/`, which is all that SDKs know, and where the endpoint is mounted.
    var signablePaths: [String] { prefix.isEmpty ? ["/"] : ["/", prefix, prefix + "/"] }
}
