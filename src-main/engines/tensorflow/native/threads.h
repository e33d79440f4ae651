// The cores, for operations that split their work themselves: TensorFlow's C interface lends out none of its own threads.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace touchstone {

// The threads live as long as the process: this is never destroyed, since they would be waiting in it.
class Threads {
 public:
  static Threads& instance() {
    static Threads* threads = new Threads();
    return *threads;
  }

  int64_t count() const { return static_cast<int64_t>(workers_.size()) + 1; }

  // Calls work(0) ... work(count - 1), each once, and returns when all are done. Waits for nobody who had nothing to do.
  void run(int64_t count, const std::function<void(int64_t)>& work) {
    std::lock_guard<std::mutex> one_at_a_time(run_mutex_);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      work_ = &work;
      count_ = count;
      next_ = 0;
      done_ = 0;
    }
    if (count > 1) begin_.notify_all();
    std::unique_lock<std::mutex> lock(mutex_);
    drain(lock);
    end_.wait(lock, [this] { return done_ == count_; });
  }

 private:
  Threads() {
    const int cores = std::max(1u, std::thread::hardware_concurrency());
    for (int i = 1; i < cores; i++) workers_.emplace_back([this] { serve(); });
  }

  void serve() {
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      begin_.wait(lock, [this] { return next_ < count_; });
      drain(lock);
    }
  }

  // Called with the lock held, and returns with it. Whoever took a piece keeps `run` from returning, so `work_` outlives its use.
  void drain(std::unique_lock<std::mutex>& lock) {
    while (next_ < count_) {
      const int64_t index = next_++;
      const std::function<void(int64_t)>& work = *work_;
      lock.unlock();
      work(index);
      lock.lock();
      if (++done_ == count_) end_.notify_one();
    }
  }

  std::mutex run_mutex_, mutex_;
  std::condition_variable begin_, end_;
  std::vector<std::thread> workers_;
  const std::function<void(int64_t)>* work_ = nullptr;
  int64_t count_ = 0, next_ = 0, done_ = 0;
};

}  // namespace touchstone
