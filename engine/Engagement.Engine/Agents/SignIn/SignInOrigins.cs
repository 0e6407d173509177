using Engagement.Core.Sites;

namespace Engagement.Engine.Agents.SignIn;

/// <summary>Where a page that signs agents in must be let ask, besides this server: for its Content-Security-Policy. Thread-safe.</summary>
public sealed class SignInOrigins
{
    /// <summary>A page waits no longer for a provider that does not say where its token endpoint is.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly SiteCatalogSource _sites;
    private readonly IdProviders _providers;

    internal SignInOrigins(SiteCatalogSource sites, IdProviders providers) => (_sites, _providers) = (sites, providers);

    /// <summary>Schemes and hosts of all sites' providers and of their token endpoints; empty where no site has one.</summary>
    public async ValueTask<IReadOnlyList<string>> FindAsync(CancellationToken cancellation)
    {
        var signIns = _sites.Current.Sites.Select(s => s.SignIn).OfType<SiteSignIn>().DistinctBy(s => s.Issuer).ToArray();
        if (signIns.Length == 0) return [];
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        var endpoints = await Task.WhenAll(signIns.Select(s => EndpointOfAsync(s, patience.Token)));
        return [.. signIns.Select(s => s.Issuer).Concat(endpoints).Select(OriginOf).OfType<string>().Distinct(StringComparer.Ordinal)];
    }

    private async Task<string?> EndpointOfAsync(SiteSignIn signIn, CancellationToken patience)
    {
        try
        {
            return (await _providers.FindAsync(signIn, patience))?.TokenEndpoint;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private static string? OriginOf(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var url) && (url.Scheme is "https" or "http") ? url.GetLeftPart(UriPartial.Authority) : null;
}
