using System.Text.Json;
using Microsoft.Playwright;

namespace EndToEnd;

/// <summary>A server, and a shop's site of another origin whose pages carry the browser SDK; both begin with each test and end with it.</summary>
public abstract class SdkSite : ServerTests
{
    private protected ShopSite Site { get; private set; } = null!;

    /// <summary>Attributes of the SDK's tag; null: none but the key.</summary>
    private protected virtual string? Attributes => null;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        if (Browser.Executable is null) return;
        Site = await ShopSite.StartAsync(Server.Address);
        if (Attributes is { } attributes) Site.Attributes = attributes;
    }

    public override async Task DisposeAsync()
    {
        if (Site is not null) await Site.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <summary>What the log holds of a visitor, oldest first.</summary>
    private protected async Task<List<JsonElement>> EventsAsync(string visitor)
    {
        using var page = await Server.GetJsonAsync($"/v1/events?visitor={visitor}&limit=500");
        return [.. page.RootElement.GetProperty("events").EnumerateArray().Select(e => e.Clone()).Reverse()];
    }

    private protected Task<ShopVisit> OpenAsync(IBrowserContext person, string path = "/") => ShopVisit.OpenAsync(person, Site, Server.Address, path);
}
