using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Engagement.Engine.Api;
using Microsoft.AspNetCore.WebUtilities;

namespace Engagement.Server.Commands;

/// <summary>Asks a running server about rejects. Throws <see cref="HttpRequestException"/> where it cannot be reached, <see cref="InvalidDataException"/> with its words where it refuses.</summary>
internal sealed class RejectClient : IDisposable
{
    /// <summary>A call reads some thousand records of the log, and writes five hundred.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http;

    public RejectClient(Uri server, string key)
    {
        // Elsewhere than where it was told to it carries no key.
        _http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = server, Timeout = Timeout };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    public Task<LogAnswer> ListAsync(ResendBody filter, int limit, string? before, CancellationToken cancellation)
    {
        var address = QueryHelpers.AddQueryString("/v1/rejects", new Dictionary<string, string?>
        {
            ["code"] = filter.Code, ["field"] = filter.Field, ["dialect"] = filter.Dialect, ["since"] = filter.Since, ["until"] = filter.Until,
            ["limit"] = limit.ToString(CultureInfo.InvariantCulture), ["before"] = before,
        }.Where(p => p.Value is not null));
        return ReadAsync(_http.GetAsync(address, cancellation), RejectsJson.Default.LogAnswer, cancellation);
    }

    public Task<ResendAnswer> ResendAsync(ResendBody asked, CancellationToken cancellation) =>
        ReadAsync(_http.PostAsJsonAsync("/v1/rejects/resend", asked, RejectsJson.Default.ResendBody, cancellation), RejectsJson.Default.ResendAnswer, cancellation);

    public void Dispose() => _http.Dispose();

    private async Task<T> ReadAsync<T>(Task<HttpResponseMessage> asked, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class
    {
        using var response = await asked;
        try
        {
            if (response.IsSuccessStatusCode) return await response.Content.ReadFromJsonAsync(type, cancellation) ?? throw new InvalidDataException($"{_http.BaseAddress} gave no answer");
            var problem = await response.Content.ReadFromJsonAsync(RejectsJson.Default.ProblemWords, cancellation);
            throw new InvalidDataException(RejectText.Plain($"{_http.BaseAddress} answers {(int)response.StatusCode}: {problem?.Detail ?? problem?.Title}"));
        }
        catch (JsonException)
        {
            throw new InvalidDataException($"{_http.BaseAddress} answers {(int)response.StatusCode}, and not as this server does");
        }
    }
}

/// <summary>Of an error as RFC 9457 problem details, what a person reads.</summary>
internal sealed record ProblemWords(string? Title, string? Detail);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LogAnswer))]
[JsonSerializable(typeof(ResendBody))]
[JsonSerializable(typeof(ResendAnswer))]
[JsonSerializable(typeof(ProblemWords))]
internal sealed partial class RejectsJson : JsonSerializerContext;
