/// The options that a kind of provider takes: drives the check of the configuration, "did you mean", and the documentation.
public struct OptionSchema: Sendable, Hashable {
    /// The options in the order of the documentation.
    public var fields: [OptionField]

    /// Declares options.
    public init(_ fields: [OptionField] = []) {
        self.fields = fields
    }

    /// The option of a name.
    public subscript(name: String) -> OptionField? { fields.first { $0.name == name } }
}

/// One option: its key in `providers.yaml`, what it takes and what it means.
public struct OptionField: Sendable, Hashable {
    /// The key.
    public var name: String
    /// What it takes.
    public var type: OptionType
    /// Whether it must be given.
    public var isRequired: Bool
    /// The value where it is not given.
    public var defaultValue: OptionValue?
    /// One line of help.
    public var help: String

    /// Declares an option.
    public init(
        _ name: String, _ type: OptionType, required: Bool = false, default defaultValue: OptionValue? = nil,
        help: String
    ) {
        self.name = name
        self.type = type
        self.isRequired = required
        self.defaultValue = defaultValue
        self.help = help
    }
}

/// What an option takes.
public enum OptionType: Sendable, Hashable {
    /// Any text.
    case string
    /// Text that never reaches a log.
    case secret
    /// `true` or `false`.
    case boolean
    /// A whole number in a range.
    case integer(ClosedRange<Int>)
    /// A time span such as `15s`, `500ms`, `2m`, `1h`.
    case duration
    /// A number for a time, such as `300/s`.
    case rate
    /// A number of bytes such as `10MB`, `512KiB`.
    case size
    /// One of some words.
    case choice([String])
    /// A file or folder; relative ones count from the configuration file.
    case path
    /// A file that the provider writes, and no other one should; relative ones count from the configuration file.
    case outputFile
    /// An absolute `http` or `https` URL.
    case url
}

/// The value of an option.
public enum OptionValue: Sendable, Hashable {
    /// Of a string, choice, path or URL.
    case string(String)
    /// Of a secret.
    case secret(Secret)
    /// Of a boolean.
    case boolean(Bool)
    /// Of an integer, or the bytes of a size.
    case integer(Int)
    /// Of a duration.
    case duration(Duration)
    /// Of a rate.
    case rate(Rate)
}

/// So many of something for each span of time.
public struct Rate: Sendable, Hashable, CustomStringConvertible {
    /// How many.
    public var count: Int
    /// For each.
    public var period: Duration

    /// Describes a rate.
    public init(_ count: Int, per period: Duration) {
        precondition(count > 0 && period > .zero, "a rate of nothing never lets anything pass")
        self.count = count
        self.period = period
    }

    /// `300 per 1.0 seconds`.
    public var description: String { "\(count) per \(period)" }
}

/// Checked values for the options of a schema.
///
/// Few and read often, so they are kept in a list: a search through four names beats a hash of one.
public struct OptionValues: Sendable, Hashable {
    private struct Entry: Sendable, Hashable {
        var name: String
        var value: OptionValue
    }

    private var entries: [Entry]

    /// Takes values by the name of their option.
    public init(_ values: KeyValuePairs<String, OptionValue> = [:]) {
        entries = values.map { Entry(name: $0.key, value: $0.value) }
    }

    /// Whether nothing is given.
    public var isEmpty: Bool { entries.isEmpty }

    /// The names that have a value, in the order given.
    public var names: [String] { entries.map(\.name) }

    /// The value given for a name, without regard to defaults.
    public subscript(name: String) -> OptionValue? {
        get { entries.first { $0.name == name }?.value }
        set {
            entries.removeAll { $0.name == name }
            if let newValue { entries.append(Entry(name: name, value: newValue)) }
        }
    }

    private func value(_ field: OptionField) -> OptionValue? { self[field.name] ?? field.defaultValue }

    /// The value of a string, choice, path, output file or URL option, or its default.
    public func string(_ field: OptionField) -> String? {
        guard case .string(let value)? = value(field) else { return nil }
        return value
    }

    /// The value of a secret option, or its default.
    public func secret(_ field: OptionField) -> Secret? {
        guard case .secret(let value)? = value(field) else { return nil }
        return value
    }

    /// The value of a boolean option, or its default.
    public func boolean(_ field: OptionField) -> Bool? {
        guard case .boolean(let value)? = value(field) else { return nil }
        return value
    }

    /// The value of an integer or size option, or its default.
    public func integer(_ field: OptionField) -> Int? {
        guard case .integer(let value)? = value(field) else { return nil }
        return value
    }

    /// The value of a duration option, or its default.
    public func duration(_ field: OptionField) -> Duration? {
        guard case .duration(let value)? = value(field) else { return nil }
        return value
    }

    /// The value of a rate option, or its default.
    public func rate(_ field: OptionField) -> Rate? {
        guard case .rate(let value)? = value(field) else { return nil }
        return value
    }
}

extension OptionValues: MaskedDescription {
    /// The names: what stands under them may be a URL with a password.
    public var description: String { "options \(names.joined(separator: ", "))" }
}
