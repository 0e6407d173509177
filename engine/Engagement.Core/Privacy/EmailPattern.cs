namespace Engagement.Core.Privacy;

/// <summary>E-mail addresses, also with the sign percent-encoded (once or more) as URLs have it. Pure.</summary>
internal static class EmailPattern
{
    private const int LocalBytesMax = 64;

    /// <summary>Length of <c>%40</c>, <c>%2540</c> and so on at this place; 0 when it is something else.</summary>
    public static int EncodedAtLength(ReadOnlySpan<byte> text, int at)
    {
        var end = at + 1;
        while (text[end..].StartsWith("25"u8)) end += 2;
        return text[end..].StartsWith("40"u8) ? end + 2 - at : 0;
    }

    /// <summary>An address around the sign: a local part before it, and after it a domain with a dot and a last label of letters.</summary>
    public static bool TryFind(ReadOnlySpan<byte> text, int at, int signLength, int floor, out Find found)
    {
        found = default;
        var start = at;
        while (start > floor && at - start < LocalBytesMax && IsLocal(text[start - 1])) start--;
        if (start == at) return false;

        var (end, lastDot) = (at + signLength, -1);
        var domain = end;
        while (end < text.Length && IsDomain(text[end]))
        {
            if (text[end] == '.') lastDot = end;
            end++;
        }
        while (end > domain && text[end - 1] is (byte)'.' or (byte)'-') end--; // a sentence's full stop
        if (lastDot >= end) lastDot = text[domain..end].LastIndexOf((byte)'.') is >= 0 and var dot ? domain + dot : -1;
        if (lastDot <= domain || end - lastDot < 3) return false;
        foreach (var b in text[(lastDot + 1)..end])
        {
            if (!char.IsAsciiLetter((char)b) && b < 0x80) return false;
        }
        found = new Find(start, end, "[email]"u8);
        return true;
    }

    /// <summary>Length of <c>(at)</c> or <c>[at]</c> at this place, which people write to be read by people only; 0 when it is something else.</summary>
    public static int WrittenAtLength(ReadOnlySpan<byte> text, int at) =>
        at + 4 <= text.Length && (text[at + 1] | 0x20) == 'a' && (text[at + 2] | 0x20) == 't' && text[at + 3] is (byte)')' or (byte)']' ? 4 : 0;

    /// <summary>As the other, around <c>(at)</c>, with spaces beside it, and with <c>(dot)</c> or <c>[dot]</c> for dots.</summary>
    public static bool TryFindWritten(ReadOnlySpan<byte> text, int at, int signLength, int floor, out Find found)
    {
        found = default;
        var localEnd = at;
        while (localEnd > floor && text[localEnd - 1] == ' ') localEnd--;
        var start = localEnd;
        while (start > floor && localEnd - start < LocalBytesMax && IsLocal(text[start - 1])) start--;
        var (end, dots) = (at + signLength, 0);
        while (end < text.Length && text[end] == ' ') end++;
        var domain = end;
        while (end < text.Length)
        {
            var dot = WrittenDotLength(text, end);
            if (dot == 0 && !IsDomain(text[end])) break;
            dots += dot > 0 || text[end] == '.' ? 1 : 0;
            end += Math.Max(1, dot);
        }
        while (end > domain && text[end - 1] is (byte)'.' or (byte)'-') (end, dots) = (end - 1, dots - (text[end - 1] == '.' ? 1 : 0));
        if (start == localEnd || dots <= 0) return false;
        found = new Find(start, end, "[email]"u8);
        return true;
    }

    private static int WrittenDotLength(ReadOnlySpan<byte> text, int at)
    {
        var from = at;
        while (at < text.Length && text[at] == ' ') at++;
        if (at + 5 > text.Length || text[at] is not ((byte)'(' or (byte)'[') || !System.Text.Ascii.EqualsIgnoreCase(text.Slice(at + 1, 3), "dot"u8)) return 0;
        at += 5;
        while (at < text.Length && text[at] == ' ') at++;
        return at - from;
    }

    private static bool IsLocal(byte b) => char.IsAsciiLetterOrDigit((char)b) || b >= 0x80 || "._%+-'"u8.Contains(b);

    private static bool IsDomain(byte b) => char.IsAsciiLetterOrDigit((char)b) || b >= 0x80 || b is (byte)'.' or (byte)'-';
}
