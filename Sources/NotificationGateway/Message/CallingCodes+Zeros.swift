extension CallingCodes.Plan {
    /// How a number may begin with 0 after its calling code, access digits taken off.
    enum Zeros {
        /// It does not.
        case none
        /// With one, where the number has one of these lengths.
        case one(lengths: ClosedRange<Int>)
        /// With more than one.
        case several
    }

    /// Nearly everywhere a number begins with another digit. In these countries the 0 is a part of it that stays when the
    /// number is dialled from abroad.
    ///
    /// Sources: the national numbering plans that the ITU publishes, compared with the patterns of libphonenumber 9.0.
    /// Not listed are freephone numbers that begin with 00 and can be dialled at home alone.
    var zeros: Zeros {
        switch callingCode {
        // Fixed lines of Italy, the Vatican and San Marino; since 2009 and 2024 all of Côte d'Ivoire and Benin.
        case 39, 378, 379, 225, 229: .one(lengths: lengths)
        // Mobiles of Burkina Faso and Congo; fixed lines and mobiles of Gabon.
        case 226, 242, 241: .one(lengths: lengths)
        // Freephone: Niger, Botswana, Eswatini, Belize, Tonga, Fiji, New Caledonia. Ascension's company numbers.
        case 227, 267, 268, 501, 676, 679, 687, 247: .one(lengths: lengths)
        // Norway's companies.
        case 47: .one(lengths: 5...5)
        // Mobiles of Tajikistan and of satellites; freephone of Panama (00 800 …) and of no country; the United Nations.
        case 992, 881, 507, 800, 888: .several
        default: .none
        }
    }
}
