public import Foundation

/// What the sandbox knows before the first request.
public struct SandboxConfiguration: Sendable {
    /// One customer of the fake vendor.
    public struct Account: Sendable, Hashable {
        /// The AccessKey's id.
        public var accessKeyID: String
        /// The AccessKey's secret.
        public var secret: String
        /// The token that must come with a temporary key; `nil` for a permanent one.
        public var securityToken: String?

        /// Describes an account.
        public init(accessKeyID: String, secret: String, securityToken: String? = nil) {
            self.accessKeyID = accessKeyID
            self.secret = secret
            self.securityToken = securityToken
        }
    }

    /// An approved template.
    public struct Template: Sendable, Hashable {
        /// The text with `${name}` places.
        public var text: String
        /// Whether it serves numbers abroad instead of mainland ones.
        public var isInternational: Bool

        /// Describes a template.
        public init(_ text: String, international: Bool = false) {
            self.text = text
            self.isInternational = international
        }
    }

    /// The address to listen on; loopback, because the sandbox keeps what it is sent in the clear.
    public var host: String
    /// The port; 0 takes a free one.
    public var port: Int
    /// The customers.
    public var accounts: [Account]
    /// Templates whose variables are checked and whose text is rendered. Every other code that begins with `SMS_` is
    /// approved too, with any variables and for any number.
    public var templates: [String: Template]
    /// The vendor's clock.
    public var now: @Sendable () -> Date

    /// Two customers, `sandbox-key-id` with `sandbox-key-secret` and `sandbox-backup-id` with `sandbox-backup-secret`, and
    /// a temporary (STS) key: `sandbox-sts-id` with `sandbox-sts-secret` and the token `sandbox-sts-token`.
    public static let defaultAccounts = [
        Account(accessKeyID: "sandbox-key-id", secret: "sandbox-key-secret"),
        Account(accessKeyID: "sandbox-backup-id", secret: "sandbox-backup-secret"),
        Account(accessKeyID: "sandbox-sts-id", secret: "sandbox-sts-secret", securityToken: "sandbox-sts-token"),
    ]

    /// A code for mainland numbers and one for numbers abroad.
    public static let defaultTemplates = [
        "SMS_0000": Template("您的验证码是${code}，5分钟内有效"),
        "SMS_1000": Template("Your code is ${code}", international: true),
    ]

    /// Describes a sandbox.
    public init(
        host: String = "127.0.0.1", port: Int = 0, accounts: [Account] = defaultAccounts,
        templates: [String: Template] = defaultTemplates, now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.host = host
        self.port = port
        self.accounts = accounts
        self.templates = templates
        self.now = now
    }
}
