namespace Engagement.Core.Privacy;

/// <summary>
/// Numbers that a state gives to a person, in the shapes people write them. Most carry a date or check digits, which must hold: United States (SSN in
/// its dashes), France (NIR), Germany (IdNr), Poland (PESEL), Norway, Sweden, Denmark, Belgium, Brazil (CPF), India (Aadhaar in fours). Whatever else
/// follows a word such as <c>passport</c> is one, too. Pure; allocates nothing.
/// </summary>
internal static class NationalIdPattern
{
    private static readonly byte[][] s_cues =
    [
        .. new[]
        {
            "ssn", "security", "bsn", "burgerservicenummer", "dni", "nie", "nif", "pesel", "personnummer", "cpr", "fødselsnummer", "cpf", "aadhaar", "passport", "passeport",
            "pasaporte", "passaporto", "passnummer", "reisepass", "ausweis", "personalausweis", "steuer-id", "nino", "licence", "führerschein", "permis",
        }.Select(System.Text.Encoding.UTF8.GetBytes),
    ];

    private static ReadOnlySpan<byte> PeselWeights => [1, 3, 7, 9, 1, 3, 7, 9, 1, 3];
    private static ReadOnlySpan<byte> NorwayFirst => [3, 7, 6, 1, 8, 9, 4, 5, 2];
    private static ReadOnlySpan<byte> NorwaySecond => [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];

    /// <summary>How many of the groups are such a number; 0 when none are.</summary>
    public static int GroupsOf(ReadOnlySpan<byte> text, ReadOnlySpan<byte> digits, ReadOnlySpan<int> ends, ReadOnlySpan<int> counts)
    {
        for (var g = counts.Length; g > 0; g--)
        {
            if (counts[g - 1] is >= 9 and <= 15 && Is(text, digits[..counts[g - 1]], ends[..g], counts[..g])) return g;
        }
        return 0;
    }

    /// <summary>Whether a word before this place says that a person's number follows.</summary>
    public static bool HasCue(ReadOnlySpan<byte> text, int at) => CueWords.IsBefore(text, at, s_cues, withHyphens: true);

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> d, ReadOnlySpan<int> ends, ReadOnlySpan<int> counts) => counts switch
    {
        [3, 5, 9] => text[ends[0]] == '-' && text[ends[1]] == '-' && d[0] != 9 && (d[0] | d[1] | d[2]) != 0 && !(d[0] == 6 && d[1] == 6 && d[2] == 6),
        [6, 10] => text[ends[0]] == '-' && (IsDate(d, 4, 2, 0) && (d[0] | 1) <= 3 || IsDate(d, 0, 2, 4) && IsLuhn(d)) ,
        [8, 12] => text[ends[0]] == '-' && d[0] is 1 or 2 && IsDate(d[2..], 0, 2, 4) && IsLuhn(d[2..]),
        [2, 4, 6, 9, 11] => IsDate(d, 0, 2, 4) && IsBelgian(d),
        [3, 6, 9, 11] => IsCpf(d),
        [2, 5, 8, 11] => IsTaxId(d),
        [4, 8, 12] => d[0] >= 2 && Verhoeff.Holds(d),
        [6, 11] => IsNorwegian(d),
        [11] => IsTaxId(d) || IsPesel(d) || IsNorwegian(d) || IsCpf(d),
        [15] or [1, 3, 5, 7, 10, 13, 15] => IsNir(d),
        _ => false,
    };

    /// <summary>Month and day of two digits each, wherever they stand; a day of some countries is 40 too high for who is no citizen.</summary>
    private static bool IsDate(ReadOnlySpan<byte> d, int year, int month, int day) =>
        year >= 0 && d[month] * 10 + d[month + 1] is >= 1 and <= 12 && d[day] * 10 + d[day + 1] is >= 1 and <= 31;

    private static bool IsLuhn(ReadOnlySpan<byte> d) => CardPattern.IsLuhn(d);

    private static bool IsBelgian(ReadOnlySpan<byte> d)
    {
        var check = d[9] * 10 + d[10];
        return check == 97 - NumberOf(d[..9]) % 97 || check == 97 - (2_000_000_000 + NumberOf(d[..9])) % 97;
    }

    private static bool IsNir(ReadOnlySpan<byte> d) =>
        d[0] is 1 or 2 && d[3] * 10 + d[4] is >= 1 and <= 42 && d[13] * 10 + d[14] == 97 - NumberOf(d[..13]) % 97;

    /// <summary>ISO 7064 mod 11,10; of the first ten digits exactly one stands there twice or three times.</summary>
    private static bool IsTaxId(ReadOnlySpan<byte> d)
    {
        if (d[0] == 0) return false;
        Span<byte> seen = stackalloc byte[10];
        var product = 10;
        foreach (var digit in d[..10])
        {
            seen[digit]++;
            var sum = (digit + product) % 10;
            product = (sum == 0 ? 10 : sum) * 2 % 11;
        }
        var (repeated, most) = (0, 0);
        foreach (var count in seen) (repeated, most) = (repeated + (count > 1 ? 1 : 0), Math.Max(most, count));
        return repeated == 1 && most is 2 or 3 && d[10] == (11 - product) % 10;
    }

    private static bool IsPesel(ReadOnlySpan<byte> d)
    {
        var sum = 0;
        for (var i = 0; i < PeselWeights.Length; i++) sum += d[i] * PeselWeights[i];
        return (d[2] * 10 + d[3]) % 20 is >= 1 and <= 12 && d[4] * 10 + d[5] is >= 1 and <= 31 && d[10] == (10 - sum % 10) % 10;
    }

    private static bool IsNorwegian(ReadOnlySpan<byte> d) =>
        d[0] % 4 * 10 + d[1] is >= 1 and <= 31 && (d[2] * 10 + d[3]) % 40 is >= 1 and <= 12 && IsWeighed(d, NorwayFirst) && IsWeighed(d, NorwaySecond);

    private static bool IsWeighed(ReadOnlySpan<byte> d, ReadOnlySpan<byte> weights)
    {
        var sum = 0;
        for (var i = 0; i < weights.Length; i++) sum += d[i] * weights[i];
        return d[weights.Length] == (11 - sum % 11) % 11;
    }

    private static bool IsCpf(ReadOnlySpan<byte> d)
    {
        if (d.IndexOfAnyExcept(d[0]) < 0) return false;
        for (var length = 9; length <= 10; length++)
        {
            var sum = 0;
            for (var i = 0; i < length; i++) sum += d[i] * (length + 1 - i);
            if (d[length] != sum * 10 % 11 % 10) return false;
        }
        return true;
    }

    private static long NumberOf(ReadOnlySpan<byte> digits)
    {
        var number = 0L;
        foreach (var digit in digits) number = number * 10 + digit;
        return number;
    }
}

/// <summary>The check digit of Verhoeff (1969): the group of the pentagon's symmetries under a permutation by place.</summary>
internal static class Verhoeff
{
    private static ReadOnlySpan<byte> Permutation => [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

    public static bool Holds(ReadOnlySpan<byte> digits)
    {
        var check = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = (int)digits[^(i + 1)];
            for (var turn = 0; turn < i % 8; turn++) digit = Permutation[digit];
            check = Product(check, digit);
        }
        return check == 0;
    }

    /// <summary>Of two symmetries: 0 to 4 are turns, 5 to 9 are reflections.</summary>
    private static int Product(int a, int b) => (a < 5, b < 5) switch
    {
        (true, true) => (a + b) % 5,
        (true, false) => (a + b - 5) % 5 + 5,
        (false, true) => (a - 5 - b + 5) % 5 + 5,
        _ => (a - b + 5) % 5,
    };
}
