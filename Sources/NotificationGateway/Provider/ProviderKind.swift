public import Logging

/// A kind of provider that a configuration can name: its `type:`, its options, and how to make one.
///
/// The kinds that a program knows are a plain array at its composition root; there is no global registry.
public struct ProviderKind: Sendable {
    /// The `type:` in `providers.yaml`, such as `aliyun-dysms`.
    public var type: String
    /// One line for listings and documentation.
    public var summary: String
    /// What a provider of this kind can carry whatever its options.
    public var capabilities: Capabilities
    /// The options of a provider.
    public var options: OptionSchema
    /// The fields of a template's binding to a provider of this kind.
    public var binding: OptionSchema
    /// Makes a provider from checked options. It may look at a file that an option names, and asks nobody else.
    public var make: @Sendable (OptionValues, ProviderContext) throws(InvalidOption) -> any MessageProvider

    /// Describes a kind.
    public init(
        type: String, summary: String, capabilities: Capabilities, options: OptionSchema,
        binding: OptionSchema = OptionSchema(),
        make: @escaping @Sendable (OptionValues, ProviderContext) throws(InvalidOption) -> any MessageProvider
    ) {
        self.type = type
        self.summary = summary
        self.capabilities = capabilities
        self.options = options
        self.binding = binding
        self.make = make
    }
}

/// What every provider is given besides its options.
public struct ProviderContext: Sendable {
    /// The name under which the provider is configured.
    public var name: ProviderName
    /// Where it reads the time.
    public var clock: any GatewayClock
    /// Where its nonces come from.
    public var random: any RandomSource
    /// Where it logs.
    public var logger: Logger

    /// Describes a context.
    public init(
        name: ProviderName, clock: any GatewayClock = SystemClock(), random: any RandomSource = SystemRandom(),
        logger: Logger = Logger(label: "notify")
    ) {
        self.name = name
        self.clock = clock
        self.random = random
        self.logger = logger
    }
}

/// An option whose value fits its type and still cannot be used, or that lacks another one.
public struct InvalidOption: Error, Sendable, Hashable, CustomStringConvertible {
    /// The option's key.
    public var name: String
    /// What is wrong and what is expected; never the value of a secret.
    public var message: String

    /// Describes the fault.
    public init(_ name: String, _ message: String) {
        self.name = name
        self.message = message
    }

    /// Key and message on one line.
    public var description: String { "\(name): \(message)" }
}
