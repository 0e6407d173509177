namespace Engagement.Engine.Api;

/// <summary>The header by which a client says that a request is the same as one before.</summary>
internal static class IdempotencyKeys
{
    private const string Header = "Idempotency-Key";
    private const int CharactersMax = 128;

    /// <summary>The key, or the problem that answers the request.</summary>
    public static bool TryRead(HttpRequest request, out string key, out IResult? problem)
    {
        key = request.Headers[Header].ToString();
        problem = key.Length is 0 or > CharactersMax || !key.All(char.IsAscii) ? Problems.Invalid(Header, $"a header of 1 to {CharactersMax} ASCII characters") : null;
        return problem is null;
    }
}
