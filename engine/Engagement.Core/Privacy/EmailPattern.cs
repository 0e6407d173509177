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

    private static bool IsLocal(byte b) => char.IsAsciiLetterOrDigit((char)b) || b >= 0x80 || "._%+-'"u8.Contains(b);

    private static bool IsDomain(byte b) => char.IsAsciiLetterOrDigit((char)b) || b >= 0x80 || b is (byte)'.' or (byte)'-';
}
