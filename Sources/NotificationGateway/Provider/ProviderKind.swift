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
    public var make: @Sendable (OptionValues, ProviderContext) throws(InvalidOptions) -> any MessageProvider

    /// Finds in the fields of a binding, beside the options of its provider, what every message would fail for. Fields
    /// and options that are wrong themselves are left out of the values; faults of those are not reported again.
    public var checkBinding: @Sendable (_ fields: OptionValues, _ options: OptionValues) -> [InvalidOption]

    /// Describes a kind.
    public init(
        type: String, summary: String, capabilities: Capabilities, options: OptionSchema,
        binding: OptionSchema = OptionSchema(),
        checkBinding: @escaping @Sendable (OptionValues, OptionValues) -> [InvalidOption] = { _, _ in [] },
        make: @escaping @Sendable (OptionValues, ProviderContext) throws(InvalidOptions) -> any MessageProvider
    ) {
        self.type = type
        self.summary = summary
        self.capabilities = capabilities
        self.options = options
        self.binding = binding
        self.checkBinding = checkBinding
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
    /// The keys of other options without which this one would be right. Where one of them cannot be read, nobody knows
    /// whether this one is wrong at all.
    public var others: [String]

    /// Describes the fault.
    public init(_ name: String, _ message: String, dependingOn others: [String] = []) {
        self.name = name
        self.message = message
        self.others = others
    }

    /// Key and message on one line.
    public var description: String { "\(name): \(message)" }
}

/// Why a provider cannot be made: every option that is wrong, so that all can be mended in one pass.
public struct InvalidOptions: Error, Sendable, Hashable, CustomStringConvertible {
    /// The faults in the order of the checks; at least one.
    public fileprivate(set) var faults: [InvalidOption] = []

    /// Describes a single fault.
    public init(_ name: String, _ message: String) {
        faults = [InvalidOption(name, message)]
    }

    /// The faults, a line each.
    public var description: String { faults.map(\.description).joined(separator: "\n") }

    fileprivate init() {}
}

/// Checks options one by one and keeps every fault: that of one does not hide those of the next.
///
///     var check = OptionCheck()
///     let path = check(try checkedPath(values))
///     let size = check(try checkedSize(values))
///     guard let path, let size else { throw check.found }
public struct OptionCheck {
    /// The faults until now, to be thrown when a value is lacking.
    public private(set) var found = InvalidOptions()

    /// Starts without a fault.
    public init() {}

    /// The value of an option that is right, or `nil`.
    public mutating func callAsFunction<Value>(_ value: @autoclosure () throws(InvalidOption) -> Value) -> Value? {
        do throws(InvalidOption) { return try value() } catch {
            found.faults.append(error)
            return nil
        }
    }

    /// The value of several options that are right, or `nil`.
    public mutating func all<Value>(_ value: @autoclosure () throws(InvalidOptions) -> Value) -> Value? {
        do throws(InvalidOptions) { return try value() } catch {
            found.faults += error.faults
            return nil
        }
    }
}
