import Crypto
import Foundation

/// Whether a webhook comes from the gateway: a signature is made with our secret, and not long ago.
func isGenuine(
    _ body: Data, id: String, timestamp: String, signatures: String, secret: String, now: Date = Date()
) -> Bool {
    guard let seconds = TimeInterval(timestamp), abs(now.timeIntervalSince1970 - seconds) <= 300,
        let key = Data(base64Encoded: String(secret.dropFirst("whsec_".count)))
    else { return false }
    let signed = Data("\(id).\(timestamp).".utf8) + body
    return signatures.split(separator: " ").contains { signature in
        guard signature.hasPrefix("v1,"), let code = Data(base64Encoded: String(signature.dropFirst(3))) else {
            return false
        }
        return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: signed, using: SymmetricKey(data: key))
    }
}
