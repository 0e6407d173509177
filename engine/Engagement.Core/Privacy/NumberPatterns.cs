namespace Engagement.Core.Privacy;

/// <summary>
/// Card, account, persons' and phone numbers. A candidate is a run of digit groups with single separators between; every rule works on whole groups, so
/// that a year or a quantity beside a number does not hide it. Pure.
/// </summary>
internal static class NumberPatterns
{
    private const int GroupsMax = 12;
    private const int DigitsMax = 40;

    /// <summary>
    /// 1 an account number whose letters stand before this digit, 2 a key of a service, 3 a person's number with letters in it; then, not amid a word and
    /// from the first group on: 4 a card number, 5 a person's number, 6 a phone number. Of what is none, the first group is passed over.
    /// </summary>
    public static bool TryFind(ReadOnlySpan<byte> text, int at, int floor, MaskScope scope, out Find found)
    {
        var runEnd = at + 1;
        while (runEnd < text.Length && IsDigit(text[runEnd])) runEnd++;
        found = new Find(at, runEnd, default);
        if (IbanPattern.TryFind(text, at, floor, scope, out var iban))
        {
            found = iban;
            return true;
        }
        if (SecretPatterns.TryOpaque(text, at, floor, scope, out var secret))
        {
            found = secret;
            return true;
        }
        if (scope == MaskScope.Identifier) return false;
        if (LetteredIdPattern.TryFind(text, at, floor, out var lettered))
        {
            found = lettered;
            return true;
        }
        if (at > floor && IsWord(text[at - 1]) && !IsEncodedSignBefore(text, at, floor, scope)) return false;

        Span<byte> digits = stackalloc byte[DigitsMax];
        Span<int> ends = stackalloc int[GroupsMax];   // byte after each group
        Span<int> counts = stackalloc int[GroupsMax]; // digits up to each group's end
        var groups = ReadGroups(text, at, scope, digits, ends, counts);
        if (groups == 0) return false;
        for (var g = groups - 1; g >= 0; g--)
        {
            if (!CardPattern.IsCard(digits[..counts[g]])) continue;
            found = new Find(at, ends[g], "[card]"u8);
            return true;
        }
        var run = new PhonePattern(text, at, floor, scope, digits, ends[..groups], counts[..groups]);
        var isOfPath = scope == MaskScope.Url && at > floor && text[at - 1] == '/'; // there a number is a thing's
        if (!isOfPath && !run.IsInternational && !run.HasCue && NationalIdPattern.GroupsOf(text, digits, ends[..groups], counts[..groups]) is > 0 and var last)
        {
            found = new Find(at, ends[last - 1], "[id]"u8);
            return true;
        }
        if (!run.TryFind(out var start, out var end)) return false;
        found = new Find(start, end, "[phone]"u8);
        return true;
    }

    public static bool IsDigit(byte b) => (uint)(b - '0') <= 9;

    public static bool IsWord(byte b) => char.IsAsciiLetterOrDigit((char)b) || b == '_' || b >= 0x80;

    /// <summary>Length of the separator here: one sign, with a bracket or a space beside it allowed; 0 when none.</summary>
    public static int SeparatorLength(ReadOnlySpan<byte> text, int at, MaskScope scope)
    {
        var length = 0;
        while (length < 6 && at + length < text.Length)
        {
            var rest = text[(at + length)..];
            if (rest[0] is (byte)' ' or (byte)'-' or (byte)'.' or (byte)'/' or (byte)'(' or (byte)')') length++;
            else if (scope == MaskScope.Url && rest[0] == '+') length++;
            else if (scope == MaskScope.Url && (rest.StartsWith("%20"u8) || rest.StartsWith("%28"u8) || rest.StartsWith("%29"u8))) length += 3;
            else if (rest.StartsWith("\u00A0"u8)) length += 2;
            else break;
        }
        return length;
    }

    /// <summary>Groups from here on: how many; 0 where the run goes over into a word, or is longer than any number that is looked for.</summary>
    private static int ReadGroups(ReadOnlySpan<byte> text, int at, MaskScope scope, Span<byte> digits, Span<int> ends, Span<int> counts)
    {
        var (groups, count) = (0, 0);
        while (groups < GroupsMax)
        {
            var start = at;
            while (at < text.Length && IsDigit(text[at]))
            {
                if (count == DigitsMax) return groups;
                digits[count++] = (byte)(text[at++] - '0');
            }
            if (at == start) break;
            if (at < text.Length && IsWord(text[at])) break; // "30cm": the group is a word's
            (ends[groups], counts[groups]) = (at, count);
            groups++;
            var separator = SeparatorLength(text, at, scope);
            if (separator is 0 or > 4) break;
            at += separator;
        }
        return groups;
    }

    /// <summary>In a URL the letters of <c>%20</c> and the like stand before a number and are no word.</summary>
    private static bool IsEncodedSignBefore(ReadOnlySpan<byte> text, int at, int floor, MaskScope scope) =>
        scope == MaskScope.Url && at - 3 >= floor && text[at - 3] == '%' && text[at - 2] is (byte)'2' or (byte)'3' && char.IsAsciiHexDigit((char)text[at - 1])
        && !(text[at - 2] == '3' && IsDigit(text[at - 1]));
}

/// <summary>Payment card numbers (ISO/IEC 7812): 14 to 19 digits, a scheme's prefix and Luhn's check digit. 13 digits are left: an EAN has 13.</summary>
internal static class CardPattern
{
    public static bool IsCard(ReadOnlySpan<byte> digits) => digits.Length is >= 14 and <= 19 && HasPrefix(digits) && IsLuhn(digits);

    private static bool HasPrefix(ReadOnlySpan<byte> digits)
    {
        var four = digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3];
        return four switch
        {
            >= 4000 and <= 4999 => digits.Length is 16 or 19,                                            // Visa
            (>= 5100 and <= 5599) or (>= 2221 and <= 2720) => digits.Length == 16,                        // Mastercard
            (>= 3400 and <= 3499) or (>= 3700 and <= 3799) => digits.Length == 15,                        // American Express
            (>= 3000 and <= 3059) or (>= 3600 and <= 3699) or (>= 3800 and <= 3999) => digits.Length is 14 or 16, // Diners Club
            >= 3528 and <= 3589 => digits.Length >= 16,                                                  // JCB
            >= 5000 and <= 6999 => digits.Length >= 16,                                                  // Maestro, Discover, UnionPay
            _ => false,
        };
    }

    public static bool IsLuhn(ReadOnlySpan<byte> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] * (i % 2 + 1);
            sum += digit > 9 ? digit - 9 : digit;
        }
        return sum % 10 == 0;
    }
}
