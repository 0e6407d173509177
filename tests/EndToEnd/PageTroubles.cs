using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace EndToEnd;

/// <summary>Everything that went wrong in a page and its frames: console errors and warnings (refused by the content security policy included), exceptions, dialogs.</summary>
public sealed class PageTroubles
{
    private readonly ConcurrentQueue<string> _troubles = [];

    public PageTroubles(IPage page)
    {
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") _troubles.Enqueue($"{message.Type}: {message.Text}");
        };
        page.PageError += (_, error) => _troubles.Enqueue($"exception: {error}");
        page.Dialog += async (_, dialog) =>
        {
            _troubles.Enqueue($"dialog: {dialog.Message}");
            await dialog.DismissAsync();
        };
    }

    public IReadOnlyCollection<string> All => _troubles;
}
