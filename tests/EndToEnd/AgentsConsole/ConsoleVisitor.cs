using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Engagement.Testing;

namespace EndToEnd.AgentsConsole;

/// <summary>A visitor over HTTP, who searches in vain and answers the invitation that she gets.</summary>
internal sealed class ConsoleVisitor
{
    private static int _events;
    private readonly ServerProcess _server;
    private readonly string _visitor;
    private readonly string _token;
    private string? _invitation;

    private ConsoleVisitor(ServerProcess server, string visitor, string token) => (_server, _visitor, _token) = (server, visitor, token);

    /// <summary>The card's id, too.</summary>
    public string Invitation => _invitation ?? throw new InvalidOperationException("not invited");

    public string Token => _token;

    public static async Task<ConsoleVisitor> ComeAsync(ServerProcess server)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/sessions") { Content = JsonContent.Create(new { site = "demo" }) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ServerProcess.WriteKey);
        request.Headers.Add("Origin", server.Address.GetLeftPart(UriPartial.Authority));
        using var answer = await server.Client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        using var minted = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return new ConsoleVisitor(server, minted.RootElement.GetProperty("visitor").GetString()!, minted.RootElement.GetProperty("token").GetString()!);
    }

    /// <summary>Searches each in vain, and waits for the invitation.</summary>
    public async Task FlounderAsync(params string[] queries)
    {
        if (queries.Length == 0) queries = ["return label", "print return label", "returns label missing"];
        foreach (var query in queries)
        {
            var page = new { url = "https://larkfield.example/help/search", title = "Search", language = "en" };
            await SendAsync("search_performed", new { page, search = new { query, resultCount = 0, scope = "help" } });
        }
        await Patience.UntilAsync(async () =>
        {
            using var now = await AskAsync();
            if (!now.RootElement.TryGetProperty("invitation", out var invitation) || invitation.ValueKind != JsonValueKind.Object) return false;
            _invitation = invitation.GetProperty("id").GetString();
            return true;
        }, () => "an invitation");
    }

    public Task AcceptAsync() => AnswerAsync("accepted");

    public Task DeclineAsync() => AnswerAsync("declined");

    /// <summary>Whether an invitation stands open on her page.</summary>
    public async Task<bool> IsInvitedAsync()
    {
        using var now = await AskAsync();
        return now.RootElement.TryGetProperty("invitation", out var invitation) && invitation.ValueKind == JsonValueKind.Object;
    }

    private Task<JsonDocument> AskAsync() => _server.GetJsonAsync($"/v1/should-engage?site=demo&visitor={Uri.EscapeDataString(_visitor)}");

    private async Task SendAsync(string type, object fields)
    {
        var members = JsonSerializer.SerializeToNode(fields)!.AsObject();
        members["id"] = $"console-{Interlocked.Increment(ref _events)}-{RandomNumberGenerator.GetHexString(12)}";
        (members["type"], members["site"], members["visitor"]) = (type, "demo", _visitor);
        members["occurredAt"] = TimeProvider.System.GetUtcNow().ToString("o", System.Globalization.CultureInfo.InvariantCulture);
        await _server.PostEventsAsync(JsonSerializer.SerializeToUtf8Bytes(members));
    }

    private async Task AnswerAsync(string what)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/invitations/{Invitation}/answer") { Content = JsonContent.Create(new { answer = what }) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        using var answer = await _server.Client.SendAsync(request);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
    }
}
