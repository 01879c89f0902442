#include "learn/trees/described.hpp"

#include "learn/model.hpp"

#include <limits>
#include <string>

namespace millrace::learn::trees {
namespace {

[[noreturn]] void damaged(const std::string& why) {
  throw ModelError("the model is damaged: " + why);
}

// From the root on, every node is reached once.
template <class Number>
void check_tree(const Tree<Number>& tree, std::size_t columns) {
  if (tree.nodes.empty()) damaged("a tree is empty");
  std::vector<bool> seen(tree.nodes.size());
  std::vector<std::uint32_t> open = {0};
  while (!open.empty()) {
    const Node<Number>& node = tree.nodes[open.back()];
    open.pop_back();
    if (node.is_leaf()) continue;
    if (node.column >= columns) damaged("a node splits on a column that there is not");
    for (const std::uint32_t child : {node.left, node.right}) {
      if (child == 0 || child >= tree.nodes.size()) damaged("a node's child is out of range");
      if (seen[child]) damaged("a node has two parents");
      seen[child] = true;
      open.push_back(child);
    }
  }
}

}  // namespace

template <class Number>
void check(const Described<Number>& described) {
  std::size_t nodes = 0;
  for (const Tree<Number>& tree : described.trees) {
    if (tree.group >= described.groups) damaged("a tree adds to an output that there is not");
    nodes += tree.nodes.size();
    if (nodes >= std::numeric_limits<std::uint32_t>::max() / 8)
      throw ModelError("the model has too many nodes");
    check_tree(tree, described.columns);
  }
}

template void check(const Described<float>& described);
template void check(const Described<double>& described);

}  // namespace millrace::learn::trees
