namespace Engagement.Core.Privacy;

/// <summary>Secrets: in URL parameters by the parameter's name, user and password before a host, and JSON web tokens anywhere. Pure.</summary>
internal static class SecretPatterns
{
    private const int NameBytesMax = 40;

    /// <summary>The value after this <c>=</c> where the name before it says that it is secret.</summary>
    public static bool TryParameter(ReadOnlySpan<byte> text, int at, int floor, out Find found)
    {
        found = default;
        var start = at;
        while (start > floor && at - start < NameBytesMax && IsName(text[start - 1])) start--;
        if (!SensitiveNames.IsSecret(text[start..at])) return false;
        var end = at + 1;
        var isOfPath = start > 0 && text[start - 1] == ';'; // ";jsessionid=…?" ends where the query begins; elsewhere a ? may be the secret's
        while (end < text.Length && !EndsValue(text[end]) && !(isOfPath && text[end] is (byte)'?' or (byte)'/')) end++;
        if (end == at + 1) return false;
        found = new Find(at + 1, end, "[secret]"u8);
        return true;
    }

    /// <summary>What stands between <c>://</c> and this sign.</summary>
    public static bool TryUserInfo(ReadOnlySpan<byte> text, int at, int floor, out Find found)
    {
        found = default;
        var start = at;
        while (start > floor && text[start - 1] is not ((byte)'/' or (byte)'?' or (byte)'#' or (byte)' ')) start--;
        if (start == at || start < 3 || !text[..start].EndsWith("://"u8)) return false;
        found = new Find(start, at, "[secret]"u8);
        return true;
    }

    /// <summary>Three parts in base64url with dots between, the first a JSON object's: <c>eyJ….….…</c> (RFC 7519); the last may be missing.</summary>
    public static bool TryWebToken(ReadOnlySpan<byte> text, int at, out Find found)
    {
        found = default;
        if (!text[at..].StartsWith("eyJ"u8) || (at > 0 && IsToken(text[at - 1]))) return false;
        var (end, dots) = (at, 0);
        while (end < text.Length && (IsToken(text[end]) || text[end] == '.')) dots += text[end++] == '.' ? 1 : 0;
        while (text[end - 1] == '.') (end, dots) = (end - 1, dots - 1);
        if (dots == 0 || end - at < 20) return false;
        found = new Find(at, end, "[secret]"u8);
        return true;
    }

    private static bool IsName(byte b) => char.IsAsciiLetterOrDigit((char)b) || b is (byte)'_' or (byte)'-' or (byte)'.';

    private static bool IsToken(byte b) => char.IsAsciiLetterOrDigit((char)b) || b is (byte)'_' or (byte)'-';

    private static bool EndsValue(byte b) => b is (byte)'&' or (byte)'#' or (byte)';' or (byte)'"' or (byte)'\'' or (byte)'<' or (byte)'>' || b <= ' ';
}
