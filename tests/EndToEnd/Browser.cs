using Microsoft.Playwright;

namespace EndToEnd;

/// <summary>A real Chromium, Debian's or whatever <c>ENGAGEMENT_CHROMIUM</c> names; one for all tests, a fresh profile for each.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] _flags =
        ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Null where there is none: the tests skip themselves.</summary>
    public static string? Executable { get; } = Environment.GetEnvironmentVariable("ENGAGEMENT_CHROMIUM") is { Length: > 0 } named
        ? named
        : new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);

    public async Task InitializeAsync()
    {
        if (Executable is null) return;
        // Where tests share their processors a page may take its time: what is to come is waited for, and costs nothing where it comes at once.
        Assertions.SetDefaultExpectTimeout(15_000);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Executable, Args = _flags });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    /// <summary>Somebody's own browser: nothing of another test's is in it, and it does not say that nobody looks at it, which would set it apart as a bot.</summary>
    public Task<IBrowserContext> NewPersonAsync(int width = 1440, int height = 900, ColorScheme scheme = ColorScheme.Light) =>
        _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = scheme,
            UserAgent = $"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{_browser.Version} Safari/537.36",
        });
}

/// <summary>A test that needs a browser.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        if (Browser.Executable is null) Skip = "no Chromium here (Debian: chromium; or name one in ENGAGEMENT_CHROMIUM)";
    }
}
