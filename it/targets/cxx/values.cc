// Values of every kind that C++ has, one call of each function.
//
//   values
//
// Prints "ready pid=P", waits for SIGUSR1, makes the calls once, prints "done". `_GLIBCXX_USE_CXX11_ABI=0` gives std::string
// its old layout.
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#define OPAQUE __attribute__((noipa))

namespace shop {

enum class Size { Small, Large = 10 };

struct Base {
    int id;
};

struct Item : Base {
    std::string name;
    Size size;
    std::vector<int> codes;
};

class Cart {
public:
    explicit Cart(long total) : total_(total) {}
    OPAQUE long add(const Item &item, long price) { return total_ += price + item.id; }
    OPAQUE std::string label(int n) const { return "cart-" + std::to_string(total_ + n); }

private:
    long total_;
};

OPAQUE std::size_t by_string(const std::string &s, std::string copy) { return s.size() + copy.size(); }
OPAQUE std::size_t by_view(std::string_view v) { return v.size(); }
OPAQUE int by_vector(const std::vector<int> &v, const std::vector<std::string> &names) {
    return v.empty() ? -1 : v.back() + static_cast<int>(names.size());
}
OPAQUE int by_reference(int &counter, Size size) { return ++counter + static_cast<int>(size); }
OPAQUE int by_optional(const std::optional<int> &o, const std::unique_ptr<Item> &p) { return o ? *o : p ? p->id : -1; }

} // namespace shop

int main() {
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGUSR1);
    sigprocmask(SIG_BLOCK, &wanted, nullptr);
    std::printf("ready pid=%d\n", getpid());
    std::fflush(stdout);
    int got;
    sigwait(&wanted, &got);
    shop::Item item{{7}, "a teapot", shop::Size::Large, {4, 5, 6}};
    shop::Cart cart(100);
    cart.add(item, 23);
    cart.label(5);
    shop::by_string("short", "a text that is too long for the string itself");
    shop::by_string("", std::string(200, 'y'));
    shop::by_view(std::string_view("viewed and more").substr(0, 6));
    shop::by_vector({1, 2, 3}, {"one", "two"});
    shop::by_vector({}, {});
    int counter = 41;
    shop::by_reference(counter, shop::Size::Small);
    shop::by_optional(5, std::make_unique<shop::Item>(item));
    shop::by_optional(std::nullopt, nullptr);
    std::puts("done");
    return 0;
}
