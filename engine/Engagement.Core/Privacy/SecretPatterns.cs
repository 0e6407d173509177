namespace Engagement.Core.Privacy;

/// <summary>Secrets: in URL parameters by the parameter's name, user and password before a host, and JSON web tokens anywhere. Pure.</summary>
internal static class SecretPatterns
{
    private const int NameBytesMax = 40;
    private const int UserInfoBytesMax = 256;
    private const int OpaqueBytesMin = 16;
    private const int OpaqueBytesMax = 64;

    private static readonly byte[][] s_labels = CueWords.Of(
        "password", "passwort", "passwd", "passcode", "pwd", "pin", "otp", "cvv", "cvc", "kennwort", "passe", "contraseña", "contrasena", "wachtwoord", "lösenord", "hasło", "senha",
        "parola", "authorization", "token", "secret", "apikey", "api_key");
    private static readonly string[] s_schemes = ["bearer ", "basic "];
    private static readonly byte[][] s_prefixes = CueWords.Of("AKIA", "ASIA", "ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "sk_live_", "sk_test_", "rk_live_", "whsec_", "xoxb-", "xoxp-", "AIza");
    private static readonly byte[][] s_links = CueWords.Of("/reset", "/verify", "/confirm", "/invite", "/activate", "/magic", "/token", "password/", "/unsubscribe");

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
        while (start > floor && at - start < UserInfoBytesMax && text[start - 1] is not ((byte)'/' or (byte)'?' or (byte)'#' or (byte)' ')) start--;
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

    /// <summary>
    /// What stands after the colon of <c>password: …</c>, in some languages; of <c>authorization: bearer …</c>, what stands after both words.
    /// </summary>
    public static bool TryLabelled(ReadOnlySpan<byte> text, int at, out Find found)
    {
        found = default;
        if (at + 1 >= text.Length || text[at + 1] == '/' || !CueWords.IsBefore(text, at, s_labels)) return false;
        var start = SkipSpaces(text, at + 1);
        foreach (var scheme in s_schemes)
        {
            if (text[start..].Length > scheme.Length && System.Text.Ascii.EqualsIgnoreCase(text.Slice(start, scheme.Length), scheme)) start = SkipSpaces(text, start + scheme.Length);
        }
        var end = start;
        while (end < text.Length && text[end] > ' ' && text[end] is not ((byte)'"' or (byte)'<' or (byte)'[')) end++;
        while (end > start && text[end - 1] is (byte)',' or (byte)';' or (byte)')') end--;
        found = new Find(start, end, "[secret]"u8);
        return end > start;
    }

    /// <summary>
    /// A key of a service by its own prefix, or the long part of a path that stands behind <c>/reset/</c>, <c>/invite/</c> and the like. This digit
    /// is one of it.
    /// </summary>
    public static bool TryOpaque(ReadOnlySpan<byte> text, int at, int floor, MaskScope scope, out Find found)
    {
        found = default;
        var start = at;
        while (start > floor && at - start < OpaqueBytesMax && IsToken(text[start - 1])) start--;
        if (start == at && scope != MaskScope.Url) return false; // keys begin with letters
        if (!HasServicePrefix(text[start..]) && !(scope == MaskScope.Url && IsBehindLink(text, start))) return false;
        var end = at; // only now: a long text of digits amid words would be read over and over
        while (end < text.Length && IsToken(text[end])) end++;
        if (end - start < OpaqueBytesMin || (start > 0 && text[start - 1] == '/' && text[start..end].Contains((byte)'-'))) return false;
        found = new Find(start, end, "[secret]"u8);
        return true;
    }

    private static bool HasServicePrefix(ReadOnlySpan<byte> token)
    {
        foreach (var prefix in s_prefixes)
        {
            if (token.StartsWith(prefix)) return true;
        }
        return false;
    }

    private static bool IsBehindLink(ReadOnlySpan<byte> text, int start)
    {
        if (start == 0 || text[start - 1] != '/') return false;
        var path = text[Math.Max(0, start - OpaqueBytesMax)..start];
        foreach (var link in s_links)
        {
            if (path.IndexOf(link) >= 0) return true;
        }
        return false;
    }

    private static int SkipSpaces(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && text[at] == ' ') at++;
        return at;
    }

    private static bool IsName(byte b) => char.IsAsciiLetterOrDigit((char)b) || b is (byte)'_' or (byte)'-' or (byte)'.';

    private static bool IsToken(byte b) => char.IsAsciiLetterOrDigit((char)b) || b is (byte)'_' or (byte)'-';

    private static bool EndsValue(byte b) => b is (byte)'&' or (byte)'#' or (byte)';' or (byte)'"' or (byte)'\'' or (byte)'<' or (byte)'>' || b <= ' ';
}
